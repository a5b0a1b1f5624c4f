import NIOCore
import Testing

@testable import Dialects

@Suite struct BedrockTargetTests {
    private static let chat = #"{"model":"m","messages":[{"role":"user","content":"Ahoj, žluťoučký koni"}]}"#

    @Test func `writes a whole HTTP request, signed as botocore signs it`() throws {
        let vector = try #require(SignatureVector.all.first { $0.name == "model id with a colon" })
        let sent = try SentToBedrock(Self.chat, unixSeconds: vector.time)
        #expect(sent.head[0] == "POST \(vector.path) HTTP/1.1")
        #expect(sent.body == vector.body)
        #expect(sent.header("authorization") == vector.authorization)
        #expect(sent.header("x-amz-date") == "20261122T165442Z")
        #expect(sent.header("host") == BedrockFixture.host)
        #expect(sent.header("accept") == "application/json")
        #expect(sent.header("user-agent") == "drover/0.1.0")
    }

    @Test func `signs a stream of an ARN with temporary keys`() throws {
        let vector = try #require(SignatureVector.all.first { $0.token != nil && $0.path.contains("arn") })
        let tag = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/a1b2c3d4e5f6"
        let target = try BedrockFixture.target(tag, account: BedrockFixture.account(token: vector.token))
        let body = Self.chat.dropLast() + #","stream":true}"#
        let sent = try SentToBedrock(String(body), to: target, unixSeconds: vector.time)
        #expect(sent.head[0] == "POST \(vector.path) HTTP/1.1")
        #expect(sent.header("authorization") == vector.authorization)
        #expect(sent.header("x-amz-security-token") == vector.token)
        #expect(sent.header("accept") == "application/vnd.amazon.eventstream")
    }

    @Test func `signs each request anew, wherever in the buffer it stands`() throws {
        let target = try BedrockFixture.target()
        var out = ByteBuffer(string: "before")
        out.moveReaderIndex(forwardBy: 3)
        let request = try Fixture.scan(Self.chat)
        for seconds in [1_795_366_482, 1_440_938_160] {
            try Provider.encode(request, with: Fixture.permit(target), unixSeconds: seconds, into: &out)
        }
        let one = try SentToBedrock(Self.chat, to: target, unixSeconds: 1_795_366_482)
        let two = try SentToBedrock(Self.chat, to: target, unixSeconds: 1_440_938_160)
        let text = [one, two].map { $0.head.joined(separator: "\r\n") + "\r\n\r\n" + $0.body }.joined()
        #expect(String(buffer: out) == "ore" + text)
        #expect(one.header("authorization") != two.header("authorization"))
    }

    @Test func `a key goes as a bearer and signs nothing`() throws {
        var account = BedrockFixture.account()
        account.apiKey = "ABSK-key\n"
        let sent = try SentToBedrock(Self.chat, to: BedrockFixture.target(account: account))
        #expect(sent.header("authorization") == "Bearer ABSK-key")
        #expect(sent.header("x-amz-date") == nil)
    }

    @Test func `an account with nothing sends the request as it is`() throws {
        let sent = try SentToBedrock(Self.chat, to: BedrockFixture.target(account: UpstreamAccount()))
        #expect(sent.header("authorization") == nil)
        #expect(sent.header("x-amz-date") == nil)
    }

    @Test func `signs for the account's region, under the prefix, with headers of its own beside`() throws {
        var account = BedrockFixture.account(region: "eu-central-1")
        account.headers = [("x-team", "blue")]
        let sent = try SentToBedrock(
            Self.chat, to: BedrockFixture.target("us-east-1/amazon.nova-pro-v1:0", account: account, prefix: "/aws/"))
        #expect(sent.head[0] == "POST /aws/model/amazon.nova-pro-v1%3A0/converse HTTP/1.1")
        let authorization = try #require(sent.header("authorization"))
        #expect(authorization.contains("/eu-central-1/bedrock/aws4_request"))
        #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date,"))
        #expect(sent.header("x-team") == "blue")
    }

    @Test func `keys out of files leave their line breaks behind`() throws {
        var account = BedrockFixture.account()
        account.aws?.secretKey += "\n"
        account.aws?.accessKey += "\r\n"
        let vector = try #require(SignatureVector.all.first { $0.name == "model id with a colon" })
        let sent = try SentToBedrock(Self.chat, to: BedrockFixture.target(account: account), unixSeconds: vector.time)
        #expect(sent.header("authorization") == vector.authorization)
    }

    @Test func `has no embeddings`() throws {
        let fault = try SentToBedrock.fault(#"{"model":"m","input":"x"}"#, .openAIEmbeddings)
        #expect(fault?.message.contains("embeddings") == true)
    }
}
