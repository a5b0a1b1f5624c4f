import BoxModel
import Testing

@testable import Farm

@Suite struct FarmConfigurationTests {
    @Test func `a profile file`() throws {
        let farm = try FarmConfiguration(
            json: """
                {"seed": 7, "time_scale": 10, "stamps": true, "port": 21434, "control_port": 21000,
                 "boxes": [{"count": 2, "gpu": "RTX-4090", "slots": 3, "decode_tokens_per_second": 99.5,
                            "models": ["llama3.1:8b", {"name": "qwen3:14b", "tool_calls": "last_line", "max_context": 8192}],
                            "keep_alive": -1, "answer_tokens": [5, 9], "preloaded": ["LLAMA3.1:8b"]},
                           {}]}
                """)
        #expect(farm.boxes.count == 3)
        #expect(farm.seed == 7 && farm.timeScale == 10 && farm.stamps && farm.controlPort == .port(21_000))
        let box = farm.boxes[1]
        #expect(box.gpu.memoryBytes == GPUClass.rtx4090.memoryBytes)
        #expect(box.gpu.slots == 3 && box.gpu.decodeTokensPerSecond == 99.5)
        #expect(box.keepAlive == nil && box.answerTokens == 5...9)
        #expect(box.models[1].toolCallStyle == .lastLine && box.models[1].maxContext == 8_192)
        #expect(farm.boxes[2].gpu == .demo)
    }

    @Test(arguments: [
        ("", "the profile is not JSON: EOF"), ("{}", "profile.boxes: a farm needs at least one box"),
        (#"{"boxs":[]}"#, "profile.boxs: unknown field"),
        (#"{"boxes":[{"gpu":"abacus"}]}"#, "boxes[0].gpu: no card named \"abacus\""),
        (#"{"boxes":[{},{"slots":0}]}"#, "boxes[1].slots: expected a whole number from 1"),
        (#"{"boxes":[{"models":[{"name":"a b"}]}]}"#, "boxes[0].models[0].name: expected a model's name"),
        (
            #"{"boxes":[{"models":[{"name":"a","capabilities":["flying"]}]}]}"#,
            "boxes[0].models[0].capabilities: no capability named \"flying\""
        ),
        (#"{"boxes":[{"answer_tokens":[3]}]}"#, "boxes[0].answer_tokens: expected the least and the most"),
        (#"{"boxes":[{"preloaded":["x"]}]}"#, "boxes[0].preloaded: \"x\" is not among the box's models"),
        (#"{"boxes":[{"decode_tokens_per_second":0}]}"#, "boxes[0].decode_tokens_per_second: expected a number"),
    ])
    func `what is wrong is named with its path`(json: String, message: String) {
        do throws(FarmError) {
            _ = try FarmConfiguration(json: json)
            Issue.record("accepted")
        } catch {
            #expect(error.description.hasPrefix(message))
        }
    }

    @Test(arguments: [
        ("llama3.1:8b", "llama", "8.0B", [ModelProfile.Capability.completion, .tools]),
        ("qwen3:0.6b", "qwen", "600M", [.completion, .tools, .thinking]),
        ("nomic-embed-text", "nomic", "137M", [.embedding]),
        ("gemma3:27b-it", "gemma", "27.0B", [.completion, .tools, .vision]),
    ])
    func `a tag tells what a model is`(
        tag: String, family: String, size: String, capabilities: [ModelProfile.Capability]
    ) {
        let model = ModelProfile(tag: tag)
        #expect(model.family == family && model.parameterSize == size && model.capabilities == capabilities)
        #expect(model.name.contains(":"))
    }
}
