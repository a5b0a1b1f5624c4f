import Testing

@testable import Dialects

@Suite struct BedrockModelTests {
    private static let profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3d4e5f6"

    @Test(
        arguments: [
            ("anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-20240307-v1:0", nil),
            ("us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6", nil),
            ("bedrock/converse/us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", nil),
            ("converse/meta.llama3-1-8b-instruct-v1:0", "meta.llama3-1-8b-instruct-v1:0", nil),
            ("us-gov-west-1/openai.gpt-oss-20b-1:0", "openai.gpt-oss-20b-1:0", "us-gov-west-1"),
            (
                "bedrock/converse/eu-central-1/mistral.mistral-large-2407-v1:0", "mistral.mistral-large-2407-v1:0",
                "eu-central-1"
            ),
            (profile, profile, "eu-west-1"), ("converse/\(profile)", profile, "eu-west-1"),
            ("nova-2/\(profile)", profile, "eu-west-1"),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", "us-east-1"
            ),
            ("arn:x", "arn:x", nil), ("", "", nil), ("/", "/", nil),
        ] as [(String, String, String?)])
    func `takes LiteLLM's prefixes off, and finds the region`(_ tag: String, _ id: String, _ region: String?) {
        let model = BedrockModel(tag: tag)
        #expect(model.id == id)
        #expect(model.region == region)
    }

    @Test(arguments: [
        ("anthropic.claude-v2:1", BedrockModel.Reasoning.none), ("anthropic.claude-instant-v1", .none),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", .none), ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", .budget),
        ("anthropic.claude-sonnet-4-20250514-v1:0", .budget),
        ("global.anthropic.claude-haiku-4-5-20251001-v1:0", .budget),
        ("anthropic.claude-opus-4-6-v1", .adaptive), ("us-gov.anthropic.claude-sonnet-5-5", .adaptive),
        ("anthropic.claude-mythos-preview", .adaptive), ("amazon.nova-pro-v1:0", .none),
        ("us.amazon.nova-2-lite-v1:0", .nova),
        ("nova-2/\(profile)", .nova), ("amazon.titan-text-express-v1", .none),
        ("us.meta.llama3-3-70b-instruct-v1:0", .none),
        ("us.deepseek.r1-v1:0", .none), ("deepseek.v3-v1:0", .word), ("openai.gpt-oss-120b-1:0", .word),
        ("us.openai.gpt-5.5", .object), ("qwen.qwen3-32b-v1:0", .word), (profile, .word),
    ])
    func `knows how a model is told how much to think`(_ tag: String, _ expected: BedrockModel.Reasoning) {
        #expect(BedrockModel(tag: tag).reasoning == expected)
    }

    @Test func `knows what the generations of Claude take`() {
        func model(_ tag: String) -> BedrockModel { BedrockModel(tag: "anthropic.claude-\(tag)") }
        #expect(model("opus-4-6-v1").takesSampling)
        #expect(!model("opus-4-7").takesSampling)
        #expect(!model("3-haiku-20240307-v1:0").takesCachePoints)
        #expect(model("3-5-haiku-20241022-v1:0").takesCachePoints)
        #expect(!model("opus-4-1-20250805-v1:0").takesCacheTimes)
        #expect(model("sonnet-4-5-20250929-v1:0").takesCacheTimes)
        #expect(!model("opus-4-8").thinksByDefault)
        #expect(model("sonnet-5").thinksByDefault && !model("sonnet-5").alwaysThinks)
        #expect(model("sonnet-5-5").alwaysThinks && !model("haiku-5-5").alwaysThinks && model("fable-5").alwaysThinks)
        #expect(BedrockModel(tag: "amazon.nova-pro-v1:0").takesCachePoints)
        #expect(!BedrockModel(tag: "amazon.nova-pro-v1:0").takesCachePointsInTools)
        #expect(!BedrockModel(tag: "openai.gpt-oss-20b-1:0").takesCachePoints)
    }
}

@Suite struct BedrockRegionTests {
    @Test(arguments: [
        ("us-east-1", true), ("us-gov-west-1", true), ("ap-southeast-2", true), ("eusc-de-east-1", true),
        ("us-east", false),
        ("us-east-1a", false), ("bedrock-runtime", false), ("us--1", false), ("US-EAST-1", false), ("", false),
        ("gateway-eu-1", false),
    ])
    func `tells a region's name`(_ text: String, _ expected: Bool) { #expect(BedrockRegion.isName(text) == expected) }

    @Test func `gives the address of Bedrock's runtime`() {
        let id = "anthropic.claude-3-haiku-20240307-v1:0"
        #expect(BedrockRegion.base(tag: id, region: nil) == "https://bedrock-runtime.us-west-2.amazonaws.com")
        #expect(
            BedrockRegion.base(tag: "eu-west-3/\(id)", region: nil) == "https://bedrock-runtime.eu-west-3.amazonaws.com"
        )
        #expect(
            BedrockRegion.base(tag: "eu-west-3/\(id)", region: "us-east-1")
                == "https://bedrock-runtime.us-east-1.amazonaws.com")
        #expect(
            BedrockRegion.base(tag: id, region: "cn-north-1") == "https://bedrock-runtime.cn-north-1.amazonaws.com.cn")
    }

    @Test(arguments: [
        ("bedrock-runtime.eu-north-1.amazonaws.com", "eu-north-1"),
        ("bedrock-runtime-fips.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
        ("vpce-0a1b.bedrock-runtime.ap-south-1.vpce.amazonaws.com:443", "ap-south-1"), ("proxy.corp:8080", "us-west-2"),
    ])
    func `finds the region in the host's name where nothing else names one`(_ host: String, _ expected: String) {
        let plain = BedrockModel(tag: "amazon.nova-pro-v1:0")
        #expect(BedrockRegion.signed(account: nil, model: plain, host: host) == expected)
        #expect(BedrockRegion.signed(account: "sa-east-1", model: plain, host: host) == "sa-east-1")
        let other = BedrockModel(tag: "ca-central-1/amazon.nova-pro-v1:0")
        #expect(BedrockRegion.signed(account: nil, model: other, host: host) == "ca-central-1")
    }
}
