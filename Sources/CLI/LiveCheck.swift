import Balancer
import Config
import Curl
import Dialects
import NIOCore
import Upstream

/// The part of `drover check --live` that asks every instance for its tags, all at once. Loads no model.
struct LiveCheck {
    /// Its words about a configuration.
    struct Findings: Equatable {
        var faults: [Diagnostic] = []
        var warnings: [Diagnostic] = []
    }

    /// The result of asking one instance.
    enum Answer: Sendable {
        case tags([OllamaTag])
        case fault(String)
    }

    let configuration: Configuration

    /// Of a name that is followed each address is asked.
    init(_ configuration: Configuration, names: NameLookUp) async {
        self.init(configuration: await AddressKeeper(names, time: .live).prepare(configuration))
    }

    init(configuration: Configuration) { self.configuration = configuration }

    /// Asks, and judges.
    func run() async -> Findings { judge(await ask()) }

    // MARK: - Asking

    /// By the instance's position; none for one that is not Ollama's.
    private func ask() async -> [Int: Answer] {
        let curl = CurlMulti(maximumIdleConnections: 0)
        return await withTaskGroup(of: (Int, Answer).self) { group in
            for (index, instance) in configuration.instances.enumerated() {
                guard Providers.named(instance.provider)?.probe == .ollama, let base = instance.baseURL else {
                    continue
                }
                let key = configuration.entries.first { $0.instance == index && $0.apiKey != nil }?.apiKey
                var request = CurlRequest(
                    method: .get, url: "\(base)/api/tags",
                    headers: key.map { [.init("Authorization", "Bearer \($0.value.reveal())")] } ?? [], body: nil,
                    connectTimeout: .seconds(2), totalTimeout: .seconds(10), maximumBodyBytes: 16 << 20)
                request.address = instance.address
                group.addTask { [request] in (index, await Self.ask(request, with: curl)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private static func ask(_ request: CurlRequest, with curl: CurlMulti) async -> Answer {
        do throws(CurlError) {
            let response = try await curl.perform(request)
            guard response.status == 200 else { return .fault("answers \(response.status); is it an Ollama server?") }
            guard let tags = OllamaTags.tags(ByteBuffer(bytes: response.body)) else {
                return .fault("answers, but not with a list of tags; is it an Ollama server?")
            }
            return .tags(tags)
        } catch {
            return .fault("does not answer (\(error)); start Ollama there, with OLLAMA_HOST=0.0.0.0 if it is elsewhere")
        }
    }

    // MARK: - Judging

    /// The meaning of these answers for this configuration.
    func judge(_ answers: [Int: Answer]) -> Findings {
        var findings = Findings()
        for (index, instance) in configuration.instances.enumerated() {
            guard case .fault(let reason) = answers[index] else { continue }
            let place = place(ofInstance: index)
            findings.faults.append(
                place("\(instance.name) at \(instance.place?.description ?? "") \(reason)"))
        }
        for deployment in configuration.modelList {
            guard deployment.unavailable == nil, case .tags(let tags) = answers[deployment.instance] else { continue }
            if !tags.contains(where: { $0.name == OllamaName.normalise(deployment.tag) }) {
                findings.faults.append(deployment.model.diagnostic(missing(deployment, answers)))
            }
        }
        findings.warnings += configuration.models.flatMap { differences($0, answers) }
        findings.faults.sort { ($0.mark?.line ?? 0, $0.mark?.column ?? 0) < ($1.mark?.line ?? 0, $1.mark?.column ?? 0) }
        return findings
    }

    /// Where an instance is first spoken of.
    private func place(ofInstance index: Int) -> (String) -> Diagnostic {
        let user = configuration.entries.first { $0.instance == index }
        return { message in
            user?.apiBase?.diagnostic(message) ?? user?.model.diagnostic(message)
                ?? Diagnostic(mark: nil, path: "", message: message)
        }
    }

    private func missing(_ deployment: Configuration.Deployment, _ answers: [Int: Answer]) -> String {
        let wanted = OllamaName.normalise(deployment.tag)
        let owners = configuration.instances.indices.filter { index in
            guard case .tags(let tags) = answers[index] else { return false }
            return tags.contains { $0.name == wanted }
        }
        let name = configuration.instances[deployment.instance].name
        let elsewhere = owners.map { configuration.instances[$0].name }.joined(separator: ", ")
        return "\(name) lacks `\(deployment.tag)`; run `ollama pull \(deployment.tag)` there"
            + (elsewhere.isEmpty ? "" : " (on \(elsewhere) it is)")
    }

    /// One warning per tag of a model whose instances have different contents under it.
    private func differences(_ model: Configuration.Model, _ answers: [Int: Answer]) -> [Diagnostic] {
        let deployments = model.deployments.map { configuration.modelList[$0] }
        var seen: [String: [(instance: String, digest: String)]] = [:]
        for deployment in deployments {
            let wanted = OllamaName.normalise(deployment.tag)
            guard case .tags(let tags) = answers[deployment.instance],
                let tag = tags.first(where: { $0.name == wanted }), !tag.digest.isEmpty
            else { continue }
            seen[wanted, default: []].append((configuration.instances[deployment.instance].name, tag.digest))
        }
        return seen.sorted { $0.key < $1.key }.compactMap { tag, owners in
            guard Set(owners.map(\.digest)).count > 1 else { return nil }
            let list = owners.map { "\($0.instance) has \($0.digest.prefix(12))" }.joined(separator: ", ")
            return deployments[0].model.diagnostic(
                "`\(tag)` is not the same everywhere: \(list); pull it again on those that lag behind")
        }
    }
}
