// SPDX-License-Identifier: Apache-2.0
#include "server/pages/message.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include <unicode/dtitvfmt.h>
#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/msgfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

namespace hubward::server::pages {
namespace {

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

icu::UnicodeString unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
}

icu::Locale locale_of(const Language& language) {
    return icu::Locale(std::string(language.locale).c_str());
}

void require(UErrorCode code, std::string_view what) {
    if (U_FAILURE(code)) {
        throw std::logic_error(std::string(u_errorName(code)) + ": " + std::string(what));
    }
}

std::unique_ptr<icu::MessageFormat> parsed(const Language& language, std::string_view pattern) {
    UErrorCode code = U_ZERO_ERROR;
    UParseError where;
    auto made = std::make_unique<icu::MessageFormat>(unicode(pattern), locale_of(language), where, code);
    require(code, pattern);
    return made;
}

// A catalogue's text has one address, so the address and the language name the pattern.
const icu::MessageFormat& kept(const Language& language, std::string_view pattern) {
    thread_local std::map<std::pair<const void*, const void*>, std::unique_ptr<icu::MessageFormat>> all;
    auto& slot = all[{pattern.data(), &language}];
    if (!slot) {
        slot = parsed(language, pattern);
    }
    return *slot;
}

// First strong isolate … pop directional isolate.
icu::UnicodeString isolated(const icu::UnicodeString& text) {
    return icu::UnicodeString(char16_t{0x2068}).append(text).append(char16_t{0x2069});
}

icu::DateIntervalFormat& interval_format(const Language& language) {
    thread_local std::unordered_map<const Language*, std::unique_ptr<icu::DateIntervalFormat>> all;
    auto& slot = all[&language];
    if (!slot) {
        UErrorCode code = U_ZERO_ERROR;
        slot.reset(icu::DateIntervalFormat::createInstance(u"EEEdMMMHHmm", locale_of(language), code));
        require(code, language.tag);
        slot->adoptTimeZone(icu::TimeZone::createTimeZone(u"Europe/London"));
    }
    return *slot;
}

// `skeleton`: what to show, in whatever order the language has it; a literal.
icu::SimpleDateFormat& date_format(const Language& language, std::u16string_view skeleton) {
    using Key = std::pair<const Language*, std::u16string_view>;
    thread_local std::map<Key, std::unique_ptr<icu::SimpleDateFormat>> all;
    auto& slot = all[{&language, skeleton}];
    if (!slot) {
        UErrorCode code = U_ZERO_ERROR;
        const icu::Locale locale = locale_of(language);
        const std::unique_ptr<icu::DateTimePatternGenerator> generator(
            icu::DateTimePatternGenerator::createInstance(locale, code));
        require(code, language.tag);
        const icu::UnicodeString pattern = generator->getBestPattern(
            icu::UnicodeString(skeleton.data(), static_cast<std::int32_t>(skeleton.size())), code);
        slot = std::make_unique<icu::SimpleDateFormat>(pattern, locale, code);
        require(code, language.tag);
        slot->adoptTimeZone(icu::TimeZone::createTimeZone(u"Europe/London"));
    }
    return *slot;
}

}  // namespace

std::string format_message(const Language& language, std::string_view pattern,
                           std::span<const Arg> args) {
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> values;
    for (const Arg& arg : args) {
        names.push_back(unicode(arg.name));
        if (const auto* number = std::get_if<std::int64_t>(&arg.value)) {
            values.emplace_back(*number);
            continue;
        }
        if (const auto* choice = std::get_if<Code>(&arg.value)) {
            values.emplace_back(unicode(choice->word));
            continue;
        }
        const icu::UnicodeString text = unicode(std::get<std::string>(arg.value));
        values.emplace_back(language.right_to_left ? isolated(text) : text);
    }
    icu::UnicodeString out;
    UErrorCode code = U_ZERO_ERROR;
    kept(language, pattern)
        .format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), out, code);
    require(code, pattern);
    return utf8(out);
}

std::string argument_names(const Language& language, std::string_view pattern) {
    UErrorCode code = U_ZERO_ERROR;
    const auto format = parsed(language, pattern);
    const std::unique_ptr<icu::StringEnumeration> names(format->getFormatNames(code));
    require(code, pattern);
    std::vector<std::string> all;
    while (const icu::UnicodeString* name = names->snext(code)) {
        all.push_back(utf8(*name));
    }
    std::ranges::sort(all);
    std::string out;
    for (const std::string& name : all) {
        out += out.empty() ? name : " " + name;
    }
    return out;
}

std::string date_text(const Language& language, matcher::Timestamp at) {
    icu::UnicodeString out;
    return utf8(date_format(language, u"EEEdMMMHHmm").format(static_cast<UDate>(at.ms), out));
}

std::string day_text(const Language& language, matcher::Timestamp at) {
    icu::UnicodeString out;
    return utf8(date_format(language, u"EEEdMMMy").format(static_cast<UDate>(at.ms), out));
}

std::string interval_text(const Language& language, matcher::Timestamp from, matcher::Timestamp to) {
    UErrorCode code = U_ZERO_ERROR;
    icu::FieldPosition nowhere;
    icu::UnicodeString out;
    const icu::DateInterval interval(static_cast<UDate>(from.ms), static_cast<UDate>(to.ms));
    interval_format(language).format(&interval, out, nowhere, code);
    require(code, language.tag);
    return utf8(out);
}

std::string number_text(const Language& language, std::int64_t value) {
    UErrorCode code = U_ZERO_ERROR;
    const auto made = icu::number::NumberFormatter::withLocale(locale_of(language)).formatInt(value, code);
    const icu::UnicodeString out = made.toString(code);
    require(code, "number");
    return utf8(out);
}

std::string language_name(const Language& language, std::string_view code,
                          std::string_view otherwise) {
    const std::string tag(code);
    icu::UnicodeString out;
    icu::Locale(tag.c_str()).getDisplayLanguage(locale_of(language), out);
    const std::string found = utf8(out);
    return found.empty() || found == tag ? std::string(otherwise) : found;
}

}  // namespace hubward::server::pages
