// SPDX-License-Identifier: Apache-2.0
//
// The example that the Standard Webhooks project publishes, and where secrets come from.
#include "server/outbound/signature.hpp"

#include <gtest/gtest.h>

#include <set>

#include "server/outbound/webhook_message.hpp"

namespace hubward::server::outbound {
namespace {

// Not the real one: equal inputs give equal results, and that is all that is asked here.
class PlainVault final : public storage::Vault {
  public:
    std::expected<storage::Sealed, storage::VaultError> seal(const matcher::ReferralId&,
                                                             std::string_view) override {
        return std::unexpected(storage::VaultError::io);
    }
    std::expected<std::string, storage::VaultError> open(const matcher::ReferralId&, std::uint64_t,
                                                         std::string_view) override {
        return std::unexpected(storage::VaultError::io);
    }
    std::expected<void, storage::VaultError> erase(std::uint64_t) override { return {}; }
    std::expected<void, storage::VaultError> erase_for_good(const matcher::ReferralId&,
                                                            std::uint64_t) override {
        return {};
    }
    matcher::ExternalRef blind(std::string_view domain, std::string_view text) const override {
        const std::hash<std::string_view> hash;
        matcher::ExternalRef ref;
        ref.high = hash(domain);
        ref.low = hash(text);
        return ref;
    }
};

TEST(Signature, FitsThePublishedExample) {
    const std::string_view secret(
        "\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d"
        "\xa4\xb0",
        24);  // whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    EXPECT_EQ(secret_text(secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    EXPECT_EQ(signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330,
                        R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, EachTargetAndEachRotationHasASecretOfItsOwn) {
    const PlainVault vault;
    std::set<std::string> secrets;
    for (const char* target : {"one", "two"}) {
        for (const std::uint32_t generation : {1U, 2U, 12U}) {
            const std::string secret = secret_of(vault, target, generation);
            EXPECT_EQ(secret.size(), 32U);
            EXPECT_EQ(secret, secret_of(vault, target, generation));
            secrets.insert(secret);
        }
    }
    EXPECT_EQ(secrets.size(), 6U);
}

TEST(MessageId, IsOneOfItsEventAndHoldsNoFullStop) {
    EXPECT_EQ(message_id("e1", "practice/A12345", 7), "practice_A12345_e1_7");
    EXPECT_EQ(message_id("e.1", "hub/a.b", 7).find('.'), std::string::npos);
    EXPECT_NE(message_id("e1", "practice/A12345", 7), message_id("e2", "practice/A12345", 7));
}

TEST(Wanted, AllTypesUnlessSomeAreNamed) {
    storage::OutboundTarget target;
    EXPECT_TRUE(wants(target, 0));
    target.types = wire::event_types()[1] + "," + wire::event_types()[3];
    EXPECT_FALSE(wants(target, 0));
    EXPECT_TRUE(wants(target, 1));
    EXPECT_FALSE(wants(target, 2));
    EXPECT_TRUE(wants(target, 3));
}

}  // namespace
}  // namespace hubward::server::outbound
