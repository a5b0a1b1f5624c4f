import Dialects
import NIOCore
import Testing

@Suite struct OpenAIModelsTests {
    @Test(arguments: [
        (
            #"{"object":"list","data":[{"id":"Qwen/Qwen3-8B","object":"model","owned_by":"vllm","max_model_len":40960,"permission":[{"id":"modelperm-1"}]},{"id":"a\/b\u00e9"}]}"#,
            ["Qwen/Qwen3-8B", "a/bé"]
        ),
        // llama.cpp has Ollama's list beside it.
        (#" {"models":[{"name":""}],"object":"list","data":[{"id":"m.gguf"}]} "#, ["m.gguf"]),
        (#"{"data":[]}"#, []), (#"{"data":[{},{"id":5},7,null,{"id":"x"}]}"#, ["x"]),
    ])
    func `reads the ids as they are written`(_ body: String, _ ids: [String]) {
        #expect(OpenAIModels.ids(ByteBuffer(string: body)) == ids)
    }

    @Test(arguments: [
        "", "[]", "5", "{}", #"{"models":[]}"#, #"{"data":{}}"#, #"{"data":null}"#, #"{"data":[]} x"#, "<html>",
    ])
    func `anything else is no list`(_ body: String) {
        #expect(OpenAIModels.ids(ByteBuffer(string: body)) == nil)
    }
}
