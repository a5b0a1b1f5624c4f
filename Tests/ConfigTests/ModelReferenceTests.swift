import Dialects
import Testing

@testable import Config

@Suite struct ModelReferenceTests {
    @Test(arguments: Providers.all.map(\.name))
    func `every provider of the catalogue is built, by its own prefix`(name: String) {
        #expect(ModelReference.built.contains(name))
        let reference = ModelReference("\(name)/some/model", custom: nil)
        #expect(reference.provider == name)
        #expect(reference.tag == "some/model")
    }

    @Test(arguments: [
        ("ollama_chat/x", "ollama", "x"), ("bedrock_converse/x", "bedrock", "x"), ("openai_like/a/b", "openai", "a/b"),
        ("custom_openai/x", "openai", "x"), ("text-completion-openai/x", "openai", "x"), ("azure_text/x", "azure", "x"),
        ("azure_ai/x", "azure_ai", "x"), ("gpt-4o", "openai", "gpt-4o"), ("o1", "openai", "o1"),
        ("claude-sonnet-4", "anthropic", "claude-sonnet-4"), ("gemini-2.5-pro", "vertex_ai", "gemini-2.5-pro"),
        ("openrouter/anthropic/claude", "openrouter", "anthropic/claude"), ("llama3", "", "llama3"),
    ])
    func `spellings of one provider are one`(model: String, provider: String, tag: String) {
        let reference = ModelReference(model, custom: nil)
        #expect(reference.provider == provider)
        #expect(reference.tag == tag)
    }

    @Test(arguments: [
        ("bedrock/anthropic.claude-v2:1", "anthropic.claude-v2:1", nil),
        ("bedrock/converse/us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", nil),
        ("bedrock/eu-central-1/x", "x", "eu-central-1"), ("bedrock/us-gov-west-1/x", "x", "us-gov-west-1"),
        ("bedrock/invoke/ap-southeast-2/x", "x", "ap-southeast-2"), ("bedrock/eu-x/y", "eu-x/y", nil),
        (
            "bedrock/arn:aws:bedrock:us-west-2:1:inference-profile/y",
            "arn:aws:bedrock:us-west-2:1:inference-profile/y",
            "us-west-2"
        ),
        ("bedrock/arn:", "arn:", nil), ("openai/eu-central-1/x", "eu-central-1/x", nil),
    ])
    func `Bedrock's names may have a route and a region in front`(model: String, tag: String, region: String?) {
        let reference = ModelReference(model, custom: nil)
        #expect(reference.tag == tag)
        #expect(reference.region == region)
    }

    @Test(arguments: [
        "us", "us-1", "us-east", "us-east-1a", "usa-east-1", "us--1", "us-east-1.evil.com", "US-EAST-1", "",
    ])
    func `what is not of a region's form is none`(text: String) {
        #expect(!AWSRegion.isOne(text))
    }
}
