// SPDX-License-Identifier: Apache-2.0
//
// No text about a fault repeats what came in: it goes to logs and to callers.
#include "server/wire/fhir/operation_outcome.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/wire/fhir_support.hpp"

namespace hubward::server::wire {
namespace {

constexpr std::string_view secret = "Zebedee-Quux-7731";

// Copies of the document in which one text, number or flag is the secret, each in its turn.
class Planter {
  public:
    explicit Planter(Json document) { count(document); }
    std::size_t size() const { return values_; }
    std::string planted(Json document, std::size_t at) {
        std::string out;
        JsonWriter json(out);
        left_ = at;
        write(json, document);
        return out;
    }

  private:
    void count(Json value) {
        if (value.is_object()) {
            value.members([&](std::string_view, Json part) { count(part); });
        } else if (value.is_array()) {
            value.items([&](std::size_t, Json part) { count(part); });
        } else {
            ++values_;
        }
    }
    void write(JsonWriter& json, Json value) {
        if (value.is_object()) {
            json.open_object();
            value.members([&](std::string_view key, Json part) {
                json.key(key);
                write(json, part);
            });
            json.close_object();
        } else if (value.is_array()) {
            json.open_array();
            value.items([&](std::size_t, Json part) { write(json, part); });
            json.close_array();
        } else if (left_-- == 0) {
            json.text(secret);
        } else {
            value.write(json);
        }
    }
    std::size_t values_ = 0;
    std::size_t left_ = 0;
};

std::vector<std::string> planted_in(const std::string& text) {
    const auto document = read_json(text, fhir_depth_max);
    EXPECT_TRUE(document);
    Planter planter(*document);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < planter.size(); ++i) {
        all.push_back(planter.planted(*document, i));
    }
    return all;
}

TEST(Leak, FaultsOfAReferralDoNotRepeatItsValues) {
    std::size_t refused = 0;
    for (const auto& body : planted_in(data("referrals/full.json"))) {
        const auto read = decode_referral(body, Gazetteer());
        if (!read) {
            ++refused;
            EXPECT_EQ(shown(read.error()).find(secret), std::string::npos) << shown(read.error());
        }
    }
    EXPECT_GE(refused, 20U);
}

TEST(Leak, TroubleWithAMessageDoesNotRepeatItsValues) {
    std::size_t refused = 0;
    for (const auto& body : planted_in(fhir::good_message())) {
        const auto read = fhir::read_message(body, fhir::served());
        if (!read) {
            ++refused;
            EXPECT_EQ(fhir::encode_outcome(read.error()).find(secret), std::string::npos);
        }
    }
    EXPECT_GE(refused, 20U);
}

TEST(Leak, NothingPersonalReachesTheCommand) {
    const auto read = decode_referral(data("referrals/full.json"), small_gazetteer());
    ASSERT_TRUE(read);
    const std::string_view command(static_cast<const char*>(static_cast<const void*>(&read->command)),
                                   sizeof read->command);
    for (const auto* text : {"Amina", "Testperson", "999 012", "9990123454", "01632", "LS99", "Example Street"}) {
        EXPECT_EQ(command.find(text), std::string_view::npos) << text;
    }
}

}  // namespace
}  // namespace hubward::server::wire
