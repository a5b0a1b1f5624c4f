import Testing

@testable import Dialects

@Suite struct GeminiModelTests {
    @Test(arguments: [
        ("gemini-3-pro-preview", true), ("gemini-3.1-flash-lite", true), ("gemini-4", true),
        ("gemini-10-pro", true), ("gemini-flash-latest", true), ("gemini-pro-latest", true),
        ("gemini-flash-lite-latest", true), ("models/gemini-3-flash", true), ("Gemini-3-Flash", true),
        ("gemini-2.5-pro", false), ("gemini-2.0-flash-001", false), ("gemini-1.5-pro-latest", false),
        ("gemini-pro", false), ("gemini-flash", false), ("gemini-pro-vision", false), ("gemini-exp-1206", false),
        ("gemma-3-27b-it", false), ("gemma-4-31b-it", false), ("learnlm-2.0", false), ("tunedModels/x", false),
        ("gemini", false), ("", false),
    ])
    func `tells the third generation by its name`(_ tag: String, _ isThird: Bool) {
        #expect(GeminiModel(tag).isThirdGeneration == isThird)
    }

    @Test(arguments: [
        ("gemini-2.5-flash", true), ("gemini-3-pro", true), ("gemini-flash-latest", true), ("gemma-4-31b-it", true),
        ("gemini-2.0-flash", false), ("gemini-1.5-pro", false), ("gemma-3-27b-it", false),
    ])
    func `tells what thinks`(_ tag: String, _ thinks: Bool) {
        #expect(GeminiModel(tag).thinks == thinks)
    }
}
