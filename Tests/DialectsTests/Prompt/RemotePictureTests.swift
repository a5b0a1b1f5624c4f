import NIOCore
import Testing

@testable import Dialects

/// Pictures on the web: where they are found in a request, and how they are put into it.
@Suite struct RemotePictureTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]

    private func scan(_ body: String, _ front: Front) throws -> ClientRequest {
        try ClientRequest.scan(ByteBuffer(string: body), front: front)
    }

    private func held(_ request: ClientRequest) throws -> String {
        let picture = try #require(FetchedPicture(Self.png))
        return String(buffer: try request.holding(request.remotePictures.map { ($0, picture) }).body)
    }

    @Test func `OpenAI's are found by address and put in as data URIs`() throws {
        let request = try scan(
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"http://no.example/picture"},{"type":"image_url","image_url":{"url":"https:\/\/a.example\/1.png","detail":"low"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}"#,
            .openAIChat)
        #expect(request.remotePictures.map(\.address) == ["https://a.example/1.png"])
        #expect(request.remotePictures.map(\.path) == ["messages[0].content[1].image_url.url"])
        let body = try held(request)
        #expect(body.contains(#"{"url":"data:image/png;base64,iVBORw0KGgoBAgM=","detail":"low"}"#))
        #expect(try scan(body, .openAIChat).remotePictures.isEmpty)
    }

    @Test func `Anthropic's source becomes one of base64, with its type`() throws {
        let request = try scan(
            #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"http://a.example/x"},"cache_control":{"type":"ephemeral"}}]}]}"#,
            .anthropicMessages)
        #expect(request.remotePictures.map(\.address) == ["http://a.example/x"])
        #expect(
            try held(request).contains(
                #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoBAgM="},"cache_control":{"type":"ephemeral"}}"#
            ))
    }

    @Test func `a response's input picture is put in as a data URI`() throws {
        let request = try scan(
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_image","image_url":"https://a.example/y.webp"},{"type":"input_text","text":"hi"}]}]}"#,
            .openAIResponses)
        #expect(request.remotePictures.map(\.address) == ["https://a.example/y.webp"])
        #expect(try held(request).contains(#""image_url":"data:image/png;base64,iVBORw0KGgoBAgM=""#))
    }

    @Test(
        arguments: [
            #"{"model":"m","messages":[{"role":"user","content":"https://a.example/1.png"}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"gs://a/1.png"}}]}]}"#,
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"httpx://a/1"}}]}]}"#,
        ])
    func `texts and addresses of other kinds are none`(body: String) throws {
        #expect(try scan(body, .openAIChat).remotePictures.isEmpty)
    }

    @Test func `a picture is what its bytes say, and nothing else is one`() {
        let kinds: [(PictureType?, [UInt8])] = [
            (.png, Self.png), (.jpeg, [0xff, 0xd8, 0xff, 0xe0]), (.gif, Array("GIF89a..".utf8)),
            (.gif, Array("GIF87a".utf8)),
            (.webp, Array("RIFF....WEBPVP8 ".utf8)), (nil, Array("RIFF....WAVE".utf8)), (nil, Array("<svg/>".utf8)),
            (nil, Array("<html>".utf8)), (nil, []), (nil, [0x89, 0x50]),
        ]
        for (type, bytes) in kinds { #expect(FetchedPicture(bytes)?.type == type) }
    }
}
