/* What the tests of pictures share: pinned fonts, and how far a picture may be from the one that was looked at and kept. */
#pragma once
#include <cairo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEJAVU "/usr/share/fonts/truetype/dejavu"
#define MEAN_MAX 1.0    /* of 255, over all channels */
#define FAR_VALUE 48    /* a channel this far off is a far one ... */
#define FAR_SHARE 0.002 /* ... and at most so many pixels may have one */

/* Only DejaVu, whatever else the system has; without it the test cannot say anything. */
static inline void pin_fonts(void) {
  static char folder[] = "/tmp/pellucid-fonts-XXXXXX", path[64];
  if (access(DEJAVU "/DejaVuSans.ttf", R_OK) != 0) {
    printf("skipped: " DEJAVU "/DejaVuSans.ttf is not there (package fonts-dejavu-core)\n");
    exit(77);
  }
  if (!mkdtemp(folder)) exit(1);
  snprintf(path, sizeof path, "%s/fonts.conf", folder);
  FILE *f = fopen(path, "w");
  if (!f) exit(1);
  fprintf(f,
          "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>" DEJAVU "</dir>"
          "<cachedir>%s</cachedir></fontconfig>\n",
          folder);
  fclose(f);
  setenv("FONTCONFIG_FILE", path, 1);
  unsetenv("FONTCONFIG_PATH");
  setenv("LC_ALL", "C.UTF-8", 1);
}

static inline void remove_pinned(void) {
  char command[128];
  const char *path = getenv("FONTCONFIG_FILE");
  if (!path || strncmp(path, "/tmp/pellucid-fonts-", 20) != 0) return;
  snprintf(command, sizeof command, "rm -rf %.*s", (int)(strrchr(path, '/') - path), path);
  if (system(command) != 0) printf("  note: %s was left behind\n", path);
}

/* Mean and far share; false when sizes differ or a file is no picture. */
static inline bool compare(const char *a_path, const char *b_path, double *mean, double *far_share) {
  cairo_surface_t *a = cairo_image_surface_create_from_png(a_path),
                  *b = cairo_image_surface_create_from_png(b_path);
  int width = cairo_image_surface_get_width(a), height = cairo_image_surface_get_height(a);
  bool same = cairo_surface_status(a) == CAIRO_STATUS_SUCCESS &&
              cairo_surface_status(b) == CAIRO_STATUS_SUCCESS && width == cairo_image_surface_get_width(b) &&
              height == cairo_image_surface_get_height(b) && width > 0;
  double sum = 0, far_pixels = 0;
  for (int y = 0; same && y < height; y++) {
    const unsigned char *p =
        cairo_image_surface_get_data(a) + (size_t)y * (size_t)cairo_image_surface_get_stride(a);
    const unsigned char *q =
        cairo_image_surface_get_data(b) + (size_t)y * (size_t)cairo_image_surface_get_stride(b);
    for (int x = 0; x < width; x++) {
      bool is_far = false;
      for (int k = 0; k < 3; k++) {
        int difference = abs(p[4 * x + k] - q[4 * x + k]);
        sum += difference;
        is_far |= difference > FAR_VALUE;
      }
      far_pixels += is_far;
    }
  }
  if (same) {
    *mean = sum / ((double)width * height * 3);
    *far_share = far_pixels / ((double)width * height);
  }
  cairo_surface_destroy(a);
  cairo_surface_destroy(b);
  return same;
}
