#include "engine/base/units.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sluice {
namespace {

std::string complaint(const Error& error) { return to_string(error); }

TEST(ParseBytes, KnowsPowersOfAThousandAndOf1024) {
  EXPECT_EQ(*parse_bytes("4 GB"), 4'000'000'000U);
  EXPECT_EQ(*parse_bytes("4GB"), 4'000'000'000U);
  EXPECT_EQ(*parse_bytes(" 1.5 GiB "), 1'610'612'736U);
  EXPECT_EQ(*parse_bytes("100 kB"), 100'000U);
  EXPECT_EQ(*parse_bytes("100 KB"), 100'000U);
  EXPECT_EQ(*parse_bytes("0 B"), 0U);
  EXPECT_EQ(*parse_bytes("2 TiB"), 2'199'023'255'552U);
}

TEST(ParseBytes, RefusesWhatItCannotKnow) {
  EXPECT_EQ(complaint(parse_bytes("4").error()), "'4' has no unit\n  write '4 GB' or '4 MB'");
  EXPECT_EQ(complaint(parse_bytes("4 gigs").error()),
            "'4 gigs' has the unknown unit 'gigs'\n"
            "  units: B, kB, KB, MB, GB, TB, KiB, MiB, GiB, TiB");
  const std::string form = "\n  write a number and a unit: \"4 GB\"";
  EXPECT_EQ(complaint(parse_bytes("").error()), "'' is not an amount of memory" + form);
  EXPECT_EQ(complaint(parse_bytes("-1 GB").error()), "'-1 GB' is not an amount of memory" + form);
  EXPECT_EQ(complaint(parse_bytes("1. GB").error()), "'1. GB' is not an amount of memory" + form);
  EXPECT_EQ(complaint(parse_bytes("1.2.3 GB").error()), "'1.2.3 GB' is not an amount of memory" + form);
  EXPECT_EQ(complaint(parse_bytes("4 GB 2 MB").error()),
            "'4 GB 2 MB' is not an amount of memory\n  write one number and one unit: \"4 GB\"");
  EXPECT_EQ(complaint(parse_bytes("99999999 TB").error()),
            "'99999999 TB' is too much\n  the most is 1000000 TB");
}

TEST(ParseSeconds, ReadsUnitsAloneAndComposed) {
  EXPECT_EQ(*parse_seconds("90 min"), 5400);
  EXPECT_EQ(*parse_seconds("1 h 30 min"), 5400);
  EXPECT_EQ(*parse_seconds("1h30min"), 5400);
  EXPECT_EQ(*parse_seconds("2d 4h"), 187200);
  EXPECT_EQ(*parse_seconds("250 ms"), 0.25);
  EXPECT_EQ(*parse_seconds("1.5 h"), 5400);
  EXPECT_EQ(*parse_seconds("10 s"), 10);
  EXPECT_EQ(*parse_seconds("10 sec"), 10);
  EXPECT_EQ(*parse_seconds("12:00:30"), 43230);
  EXPECT_EQ(*parse_seconds("100:00:00"), 360000);
}

TEST(ParseSeconds, RefusesWhatItCannotKnow) {
  EXPECT_EQ(complaint(parse_seconds("60").error()), "'60' has no unit\n  write '60 min' or '60 s'");
  EXPECT_EQ(complaint(parse_seconds("1 h 30").error()), "'1 h 30' has no unit\n  write '30 min' or '30 s'");
  EXPECT_EQ(complaint(parse_seconds("5 m").error()),
            "'5 m' has the unknown unit 'm'\n  units: d, h, min, s, sec, ms");
  EXPECT_EQ(complaint(parse_seconds("30 min 1 h").error()),
            "'30 min 1 h' is not a duration\n  write each unit once, the largest first: \"1 h 30 min\"");
  EXPECT_EQ(complaint(parse_seconds("soon").error()),
            "'soon' is not a duration\n  write a number and a unit: \"90 min\", \"1 h 30 min\"");
  const std::string clock = "\n  write HH:MM:SS, such as \"12:00:00\", or \"12 h\"";
  EXPECT_EQ(complaint(parse_seconds("12:00").error()), "'12:00' is not a duration" + clock);
  EXPECT_EQ(complaint(parse_seconds("12:60:00").error()), "'12:60:00' is not a duration" + clock);
  EXPECT_EQ(complaint(parse_seconds("12:00:00:00").error()), "'12:00:00:00' is not a duration" + clock);
  EXPECT_EQ(complaint(parse_seconds("99999 d").error()), "'99999 d' is too long\n  the longest is 10000 d");
}

TEST(ParsePercent, IsAShare) {
  EXPECT_DOUBLE_EQ(*parse_percent("5%"), 0.05);
  EXPECT_DOUBLE_EQ(*parse_percent("12.5 %"), 0.125);
  EXPECT_EQ(complaint(parse_percent("0.05").error()), "'0.05' is not a share\n  write a percentage: \"5%\"");
  EXPECT_EQ(complaint(parse_percent("5% or so").error()),
            "'5% or so' is not a share\n  write a percentage: \"5%\"");
  EXPECT_EQ(complaint(parse_percent("101%").error()),
            "'101%' is more than all of it\n  write at most \"100%\"");
}

TEST(FormatBytes, ShowsThreeDigitsAtMost) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1 kB");
  EXPECT_EQ(format_bytes(1'500'000'000), "1.5 GB");
  EXPECT_EQ(format_bytes(12'345'678), "12.3 MB");
  EXPECT_EQ(format_bytes(123'456'789), "123 MB");
  EXPECT_EQ(format_bytes(999'999'999), "1 GB");
  EXPECT_EQ(format_bytes(UINT64_MAX), "18.4 EB");
}

TEST(FormatSeconds, SuitsTheSize) {
  EXPECT_EQ(format_seconds(0), "0 s");
  EXPECT_EQ(format_seconds(0.0002), "<1 ms");
  EXPECT_EQ(format_seconds(0.012), "12 ms");
  EXPECT_EQ(format_seconds(0.35), "0.35 s");
  EXPECT_EQ(format_seconds(3.0), "3 s");
  EXPECT_EQ(format_seconds(42.4), "42 s");
  EXPECT_EQ(format_seconds(59.7), "1 min 00 s");
  EXPECT_EQ(format_seconds(185), "3 min 05 s");
  EXPECT_EQ(format_seconds(7800), "2 h 10 min");
  EXPECT_EQ(format_seconds(273600), "3 d 4 h");
  EXPECT_EQ(format_seconds(-5), "-5 s");
  EXPECT_EQ(format_seconds(NAN), "?");
  EXPECT_EQ(format_seconds(INFINITY), "for ever");
}

}  // namespace
}  // namespace sluice
