// SPDX-License-Identifier: Apache-2.0
#include "server/wire/plain_words.hpp"

namespace hubward::server::wire {

std::string_view plain(matcher::Need need) {
    switch (need) {
        using enum matcher::Need;
        case dev_loan: return "borrowing a device";
        case dev_gift: return "a device to keep";
        case dev_repair: return "a device repair";
        case dev_setup: return "setting up a device";
        case data_sim: return "a SIM with data";
        case data_broadband: return "broadband at home";
        case data_tariff: return "a social tariff";
        case data_wifi: return "a place with wifi";
        case at_assist: return "assistive technology";
        case skill_foundation: return "first digital skills";
        case skill_comm: return "messages and calls online";
        case skill_info: return "finding and keeping information";
        case skill_trans: return "buying and paying online";
        case skill_prob: return "solving problems online";
        case skill_safe: return "staying safe online";
        case nhs_login: return "NHS login";
        case nhs_app: return "the NHS App";
        case nhs_proxy: return "acting online for somebody else";
        case nhs_repeat: return "repeat prescriptions";
        case nhs_book: return "booking appointments";
        case nhs_consult: return "online consultations";
        case nhs_video: return "video appointments";
        case nhs_record: return "seeing the health record";
        case nhs_monitor: return "monitoring at home";
        case health_info: return "health information";
        case trust_confidence: return "confidence online";
        case trust_safety: return "feeling safe online";
        case motivation: return "finding a reason to go online";
        case lang_support: return "help in another language";
        case social_connect: return "company";
        case carer_support: return "help for a carer";
        case group_training: return "training for a group";
        case assess: return "finding out what would help";
    }
    return "help";
}

std::string needs_text(const matcher::Ask& ask, matcher::NeedMask mask) {
    std::string text;
    const std::size_t count = ask.need_count;
    std::size_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
        left += mask >> i & 1u;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if ((mask >> i & 1) == 0) {
            continue;
        }
        text += plain(ask.needs[i]);
        --left;
        text += left > 1 ? ", " : left == 1 ? " and " : "";
    }
    return text;
}

std::string words(std::string_view code) {
    std::string text(code);
    for (char& c : text) {
        if (c == '-') {
            c = ' ';
        }
    }
    return text;
}

}  // namespace hubward::server::wire
