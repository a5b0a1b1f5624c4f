import Testing

@testable import Dialects

@Suite struct AnthropicModelTests {
    @Test(arguments: [
        ("claude-sonnet-4-5-20250929", "sonnet", 405), ("claude-opus-4-20250514", "opus", 400),
        ("claude-3-5-sonnet-20241022", "sonnet", 305), ("claude-3-7-sonnet-latest", "sonnet", 307),
        ("claude-3-opus-20240229", "opus", 300), ("claude-2.1", "", 201), ("claude-opus-4-1@20250805", "opus", 401),
        ("claude-fable-5", "fable", 500), ("claude-sonnet-5-5", "sonnet", 505), ("Claude-Sonnet-4.6", "sonnet", 406),
        ("anthropic/claude-haiku-4-5", "haiku", 405), ("claude-mythos-preview", "mythos", 407),
        ("claude-opus-4-10", "opus", 410),
    ])
    func `reads the version out of the name`(_ tag: String, _ family: String, _ version: Int) {
        #expect(AnthropicModel(tag).version == version)
        #expect(AnthropicModel(tag).family == family)
    }

    @Test(arguments: ["glm-4.6", "kimi-k2", "claude", "claude-opus-41", "claude-sonnet-latest", ""])
    func `knows nothing of other names`(_ tag: String) {
        let model = AnthropicModel(tag)
        #expect(model.version == nil)
        #expect(model.thinks && model.takesThinkingBudget && model.takesSampling && model.takesForcedCalls)
        #expect(!model.hasStructuredOutputs && !model.thinksAdaptively && !model.takesSystemTurns)
    }

    @Test func `knows what each generation takes`() {
        let old = AnthropicModel("claude-3-5-haiku-20241022")
        #expect(!old.thinks && !old.takesThinkingBudget && !old.hasStructuredOutputs)
        let budget = AnthropicModel("claude-sonnet-4-5")
        #expect(budget.takesThinkingBudget && !budget.thinksAdaptively && budget.hasStructuredOutputs)
        let both = AnthropicModel("claude-opus-4-6")
        #expect(both.takesThinkingBudget && both.thinksAdaptively && both.takesSampling && !both.hasExtraHighEffort)
        let adaptive = AnthropicModel("claude-opus-4-7")
        #expect(!adaptive.takesThinkingBudget && adaptive.thinksAdaptively && !adaptive.takesSampling)
        #expect(adaptive.hasExtraHighEffort && !adaptive.takesSystemTurns && adaptive.takesForcedCalls)
        #expect(AnthropicModel("claude-opus-4-8").takesSystemTurns)
        #expect(AnthropicModel("claude-opus-5").takesForcedCalls && AnthropicModel("claude-haiku-5-5").takesForcedCalls)
        #expect(!AnthropicModel("claude-opus-5-5").takesForcedCalls)
        #expect(!AnthropicModel("claude-fable-5-1").takesForcedCalls)
    }
}
