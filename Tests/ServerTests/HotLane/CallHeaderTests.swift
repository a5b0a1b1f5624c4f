import Balancer
import Dialects
import Gateway
import HTTPTypes
import NIOHTTP1
import Testing

@testable import Server
@testable import ServerRig

/// What a head says, by whichever parser it was read.
@Suite struct CallHeaderTests {
    private typealias Fields = [(CallHeader, String)]

    private func reception(key: String? = nil) -> Reception {
        Reception(
            admission: Admission(masterKey: key, seed: 1), watch: .silent(requiresKey: key != nil),
            access: AccessPolicy(
                requiresKey: key != nil, host: "127.0.0.1", machine: MachineHosts(name: "", addresses: [])),
            random: SystemSeeded(seed: 1), gate: ConnectionGate(most: 1))
    }

    /// As the full parser gives it.
    private func parsed(_ fields: Fields, key: String? = nil) -> Reception.Arrival {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/chat/completions")
        for (header, value) in fields { head.headers.add(name: header.name.description.uppercased(), value: value) }
        head.trimFields()
        var reception = reception(key: key)
        return reception.read(head, to: HotRoute(front: .openAIChat), from: .unknown)
    }

    /// As the sniffer finds it; nil where that leaves it to the full parser.
    private func sniffed(_ fields: Fields, key: String? = nil) -> Reception.Arrival? {
        var text = "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0\r\n"
        let host: Fields = fields.contains { $0.0 == .host } ? [] : [(.host, "localhost")]
        for (header, value) in host + fields { text += "\(header.name): \(value)\r\n" }
        text += "\r\n"
        var reception = reception(key: key)
        return text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            guard case .hot(let head) = RequestSniffer.sniff(raw) else { return nil }
            var presented = PresentedKey()
            return reception.read(head, in: raw, from: .unknown, after: &presented)
        }
    }

    private func each(_ fields: Fields, key: String? = nil) -> [Reception.Arrival] {
        [parsed(fields, key: key)] + (sniffed(fields, key: key).map { [$0] } ?? [])
    }

    @Test func `names are in lower case and stand once`() {
        let names = CallHeader.allCases.map(\.name.description)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0 == $0.lowercased() })
    }

    @Test func `each header sets what it is about, in either lane`() {
        let fields: Fields = [
            (.host, "127.0.0.1:4000"), (.origin, "http://localhost:3000"), (.callID, "mine"), (.timeout, "1.5"),
            (.streamTimeout, "2"), (.numRetries, "3"), (.localOnly, "TRUE"), (.tags, " a, b ,,"),
            (.serviceClass, "Batch"), (.objective, "5s"), (.betas, "files-api-2025-04-14"),
        ]
        #expect(sniffed(fields) != nil)
        for arrival in each(fields) {
            let call = arrival.call
            #expect(arrival.refusal == nil)
            #expect(call.callID.description == "mine")
            #expect(call.allowOrigin == "http://localhost:3000")
            #expect(
                call.wishes.timeoutSeconds == 1.5 && call.wishes.streamTimeoutSeconds == 2
                    && call.wishes.numRetries == 3)
            #expect(call.wishes.confinement.contains(.header))
            #expect(call.wishes.tags == ["a", "b"])
            #expect(call.wishes.betas == "files-api-2025-04-14")
            #expect(call.wishes.serviceClass?.name == "batch" && call.wishes.objective == .seconds(5))
        }
    }

    private func senders(_ lines: String, _ senders: SenderHeaders) -> [CallWishes] {
        var reception = reception()
        reception.senders = senders
        let text = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\(lines)\r\n\r\n"
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/chat/completions")
        for line in lines.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            head.headers.add(name: String(parts[0]), value: parts.count == 2 ? String(parts[1]) : "")
        }
        head.trimFields()
        var found = [reception.read(head, to: HotRoute(front: .openAIChat), from: .unknown).call.wishes]
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { raw in
            guard case .hot(let head) = RequestSniffer.sniff(raw) else { return }
            var presented = PresentedKey()
            found.append(reception.read(head, in: raw, from: .unknown, after: &presented).call.wishes)
        }
        return found
    }

    @Test(
        arguments: [
            ("X-Tenant: acme", "acme", nil), ("x-tenant:  acme \t", "acme", nil),
            // LiteLLM's own names come first.
            ("X-Tenant: acme\r\nX-LiteLLM-End-User-Id: e", "e", nil),
            ("x-litellm-end-user-id: e\r\nx-litellm-customer-id: c", "c", nil),
            // Of those that the operator has named the first in its order.
            ("x-mail: a@b\r\nx-tenant: acme", "acme", nil), ("x-mail: a@b\r\nx-user: ann", "a@b", "ann"),
            ("x-tenants: acme\r\nyx-tenant: acme", nil, nil), ("x-tenant: \r\nx-mail: m", "m", nil),
        ] as [(String, String?, String?)])
    func `headers say for whom a request is made, in either lane`(lines: String, customer: String?, user: String?) {
        let named = SenderHeaders(customers: ["x-tenant", "x-mail"], users: ["x-user"])
        let found = senders(lines, named)
        #expect(found.count == 2)
        for wishes in found { #expect(wishes.customer == customer && wishes.user == user, "\(lines)") }
        for wishes in senders("x-tenant: acme\r\nx-user: ann", SenderHeaders()) {
            #expect(wishes.customer == nil && wishes.user == nil)
        }
    }

    private static let place = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func `a caller's place in a trace is read in either lane, and of two or a broken one there is none`() {
        #expect(sniffed([(.traceparent, Self.place)]) != nil)
        for arrival in each([(.traceparent, Self.place)]) {
            #expect(arrival.refusal == nil)
            #expect(arrival.call.trace?.traceparent == Self.place)
        }
        for fields: Fields in [
            [], [(.traceparent, "00-0-0-0")], [(.traceparent, Self.place), (.traceparent, Self.place)],
        ] {
            for arrival in each(fields) { #expect(arrival.refusal == nil && arrival.call.trace == nil) }
        }
    }

    @Test func `a head that says nothing asks for nothing`() {
        for arrival in each([]) {
            let call = arrival.call
            #expect(arrival.refusal == nil && call.keepAlive && call.allowsChunked)
            #expect(call.callID.count == 36 && call.allowOrigin == nil && call.caller == Caller())
            #expect(
                call.wishes.timeoutSeconds == nil && call.wishes.streamTimeoutSeconds == nil
                    && call.wishes.numRetries == nil)
            #expect(call.wishes.confinement.isEmpty && call.wishes.tags.isEmpty && call.wishes.serviceClass == nil)
        }
    }

    @Test(arguments: [CallHeader.litellmKey, .authorization, .apiKey, .anthropicKey, .azureKey])
    func `a key may come in each of its headers`(header: CallHeader) {
        for value in ["sk-master", "Bearer sk-master"] {
            for arrival in each([(header, value)], key: "sk-master") {
                #expect(arrival.refusal == nil && arrival.call.caller != Caller())
            }
        }
        for arrival in each([(header, "sk-other")], key: "sk-master") { #expect(arrival.refusal?.status == 401) }
    }

    @Test(arguments: CallHeader.allCases, [" ", "\t", " \t "])
    func `white space around a value means nothing, in either lane`(header: CallHeader, blank: String) {
        let value =
            switch header {
            case .host: "127.0.0.1:4000"
            case .origin: "http://localhost:3000"
            case .callID, .tags, .betas, .customerID, .endUserID: "mine"
            case .traceparent: Self.place
            case .litellmKey, .authorization, .apiKey, .anthropicKey, .azureKey: "Bearer sk-master"
            case .timeout, .streamTimeout, .numRetries: "3"
            case .localOnly: "true"
            case .serviceClass: "batch"
            case .objective: "5s"
            }
        let key = CallHeader.credentials.contains(header.rawValue) ? "sk-master" : nil
        let plain = each([(header, value)], key: key)
        let loose = each([(header, blank + value + blank)], key: key)
        #expect(plain.count == 2 && loose.count == 2)
        for (plain, loose) in zip(plain, loose) {
            #expect(plain.refusal == nil && loose.refusal == nil)
            let (one, other) = (plain.call, loose.call)
            #expect(
                one.caller == other.caller && one.allowOrigin == other.allowOrigin
                    && one.wishes.tags == other.wishes.tags)
            #expect(
                one.wishes.timeoutSeconds == other.wishes.timeoutSeconds
                    && one.wishes.customer == other.wishes.customer
                    && one.wishes.numRetries == other.wishes.numRetries)
            #expect(one.wishes.streamTimeoutSeconds == other.wishes.streamTimeoutSeconds)
            #expect(
                one.wishes.confinement == other.wishes.confinement
                    && one.wishes.serviceClass == other.wishes.serviceClass)
            #expect(one.wishes.objective == other.wishes.objective && one.trace == other.trace)
            #expect(one.wishes.betas == other.wishes.betas)
            if header == .callID { #expect(other.callID.description == "mine") }
        }
    }

    @Test func `several blanks may stand between the scheme and the key`() {
        for arrival in each([(.authorization, "Bearer  \t sk-master")], key: "sk-master") {
            #expect(arrival.refusal == nil)
        }
    }

    @Test func `of several keys the first in the table's order counts, wherever it stands`() {
        let credentials = CallHeader.credentials.compactMap { CallHeader(rawValue: $0) }
        for (first, second) in zip(credentials, credentials.dropFirst()) {
            for (firstKey, secondKey, status) in [("sk", "no", Int?.none), ("no", "sk", 401)] {
                let fields = [(second, secondKey), (first, firstKey)]
                #expect(sniffed(fields, key: "sk") != nil)
                for arrival in each(fields, key: "sk") {
                    #expect(arrival.refusal?.status == status, "\(first) \(second)")
                }
            }
        }
    }

    @Test func `of one header every value is looked at for a key, and an empty one is none`() {
        #expect(parsed([(.authorization, ""), (.authorization, "Bearer sk")], key: "sk").refusal == nil)
        #expect(parsed([(.authorization, ""), (.apiKey, "sk")], key: "sk").refusal == nil)
        #expect(parsed([(.authorization, "no"), (.authorization, "Bearer sk")], key: "sk").refusal?.status == 401)
        #expect(parsed([(.authorization, "")], key: "sk").refusal?.status == 401)
        // The router's fields, of which a name with two values has one text.
        var fields = HTTPFields()
        fields.append(HTTPField(name: .authorization, value: ""))
        fields.append(HTTPField(name: .authorization, value: "sk"))
        #expect(fields.withCredential { $0.map { String(decoding: $0, as: UTF8.self) } } == "sk")
    }

    @Test func `a second value cannot open what the first closes`() {
        for values in [["true", "false"], ["false", "true"]] {
            #expect(parsed(values.map { (.localOnly, $0) }).call.wishes.confinement.contains(.header))
        }
        for origins in [["http://localhost", "http://evil.example"], ["http://evil.example", "http://localhost"]] {
            #expect(parsed(origins.map { (.origin, $0) }).refusal?.status == 403)
        }
        #expect(parsed([(.tags, "a"), (.tags, "b")]).call.wishes.tags == ["a", "b"])
        #expect(parsed([(.betas, "a"), (.betas, "b")]).call.wishes.betas == "a,b")
    }

    @Test func `of the others the first value counts`() {
        let call = parsed([(.timeout, "1"), (.timeout, "2"), (.numRetries, "1"), (.numRetries, "2")]).call
        #expect(call.wishes.timeoutSeconds == 1 && call.wishes.numRetries == 1)
        #expect(parsed([(.callID, "a"), (.callID, "b")]).call.callID.description == "a")
        #expect(parsed([(.callID, "not plain"), (.callID, "b")]).call.callID.count == 36)
    }

    @Test func `an empty wish is none, and an empty x-drover-local-only is refused`() {
        for header in [CallHeader.timeout, .streamTimeout, .numRetries, .tags, .serviceClass, .callID, .authorization] {
            #expect(sniffed([(header, "")]) == nil, "for the full parser")
            #expect(parsed([(header, "")]).refusal == nil, "\(header)")
        }
        #expect(sniffed([(.localOnly, "")]) == nil)
        #expect(parsed([(.localOnly, "")]).refusal?.param == "x-drover-local-only")
        for arrival in each([(.serviceClass, "none such")]) { #expect(arrival.refusal?.param == "x-drover-class") }
    }

    @Test func `a name that was meant for this gateway and is none of its own is refused`() throws {
        for name in [
            "x_drover_local_only", "X-Drover-Localonly", "x-drover-local_only", "drover-local-only", "x-local-only",
            "x-dover-local-only", "x-drover-lokal-only", "x-drover-anything", "local-only", "x-rover-local-only",
            "my-drover-local-only", "x-forwarded-drover", "x-stay-l-o-c-a-l-only",
        ] {
            var text =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\(name): true\r\n\r\n"
            let isHot = text.withUTF8 { bytes in
                if case .hot = RequestSniffer.sniff(UnsafeRawBufferPointer(bytes)) { true } else { false }
            }
            #expect(!isHot, "\(name)")
            var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/chat/completions")
            head.headers.add(name: "host", value: "localhost")
            head.headers.add(name: name, value: "true")
            var reception = reception()
            let refusal = try #require(
                reception.read(head, to: HotRoute(front: .openAIChat), from: .unknown).refusal, "\(name)")
            #expect(refusal.status == 400 && refusal.message.contains("x-drover-local-only"), "\(refusal.message)")
        }
    }

    @Test func `the names of others are let through`() {
        for name in [
            "x-stainless-lang", "x-forwarded-for", "x-request-id", "x-real-ip", "date", "dnt", "x-litellm-trace-id",
            "x-title", "x-api-version", "x-envoy-original-path", "langfuse-trace-id",
        ] {
            var text =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\(name): 1\r\n\r\n"
            text.withUTF8 { bytes in
                guard case .hot = RequestSniffer.sniff(UnsafeRawBufferPointer(bytes)) else {
                    Issue.record("\(name) is no plain field")
                    return
                }
            }
        }
    }

    @Test func `the host is judged before the origin, that before the key, and that before a wish`() {
        let order: [(CallHeader, String, String)] = [
            (.host, "evil.example", "Host"), (.origin, "http://evil.example", "origin"),
            (.localOnly, "perhaps", "x-drover-local-only"),
        ]
        for start in order.indices {
            for arrival in each(order[start...].map { ($0.0, $0.1) }) {
                #expect(arrival.refusal?.message.contains(order[start].2) == true, "\(start)")
            }
        }
        for arrival in each([(.localOnly, "perhaps")], key: "sk") { #expect(arrival.refusal?.status == 401) }
    }

    @Test func `a body's coding is known, and one that is not read here is named`() {
        for (value, coding) in [("gzip", BodyCoding.gzip), ("identity", .identity), ("br", .unknown("br"))] {
            var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/chat/completions")
            head.headers.add(name: "Content-Encoding", value: value)
            var reception = reception()
            let arrival = reception.read(head, to: HotRoute(front: .openAIChat), from: .unknown)
            #expect(arrival.coding == coding)
            #expect(arrival.refusal?.message.contains("`br`") == (value == "br" ? true : nil))
        }
    }

    @Test func `an HTTP 1_0 client gets no chunks and no second answer`() {
        let head = HTTPRequestHead(version: .http1_0, method: .POST, uri: "/v1/chat/completions")
        var reception = reception()
        let call = reception.read(head, to: HotRoute(front: .openAIChat), from: .unknown).call
        #expect(!call.allowsChunked && !call.keepAlive)
    }
}
