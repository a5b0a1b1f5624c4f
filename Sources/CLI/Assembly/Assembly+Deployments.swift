import Balancer
import Config
import Dialects
import Gateway
import Ledger
import Prober

/// The deployments of the table of names.
extension Assembly {
    /// One of `model_list`. Where a pattern serves its model, the name upstream depends on the name that is asked for.
    func deployment(_ index: Int, of model: ModelID) -> RouteTable.Deployment {
        let deployment = configuration.modelList[index]
        let account = accounts[index]
        var entry = self.deployment(
            deployment, account, of: model,
            Priced(
                price: prices.prices[index], answerLimit: prices.answerLimits[index],
                contextWindow: prices.contextWindows[index], isKnown: prices.isKnown[index]))
        guard NamePattern.isOne(deployment.modelName.value) else { return entry }
        if !NamePattern.isOne(deployment.tag) {
            let same = entry
            entry.filling = { _, name in same.named(name) }
        } else {
            entry.filling = { match, name in
                let filled = deployment.filled(match, name, on: configuration.instances[deployment.instance])
                return self.deployment(filled, account, of: model, Priced(prices, filled))
            }
        }
        return entry
    }

    /// One that is made of a wildcard.
    func deployment(
        _ deployment: Configuration.Deployment, _ account: DeploymentAccount, of model: ModelID
    ) -> RouteTable.Deployment {
        self.deployment(deployment, account, of: model, Priced(prices, deployment))
    }

    private func deployment(
        _ deployment: Configuration.Deployment, _ account: DeploymentAccount, of model: ModelID, _ priced: Priced
    ) -> RouteTable.Deployment {
        let instance = configuration.instances[deployment.instance]
        var target: UpstreamTarget?
        if let provider = Providers.named(deployment.provider), let base = instance.baseURL {
            var place = UpstreamPlace(
                provider: provider, tag: deployment.tag, pathPrefix: base.path, hostHeader: base.hostHeader,
                isLocal: deployment.isLocal)
            place.answerLimit = priced.answerLimit
            place.keepAlive = configuration.keepAlive(of: deployment)
            target = UpstreamTarget(
                place,
                account: account.account, defaults: deployment.extras.compactMapValues { JSONText($0) },
                dropParams: deployment.dropParams, userAgent: "drover/\(version)")
        }
        var entry = RouteTable.Deployment(
            model: model, target: target, maxInputTokens: deployment.maxInputTokens, tags: deployment.tags,
            price: priced.price,
            limits: AttemptLimits(request: deployment.timeout, betweenPieces: deployment.streamTimeout),
            modelID: deployment.id, modelName: deployment.modelName.value,
            apiBase: instance.place?.description ?? "", instanceName: instance.name)
        let context = Self.context(of: deployment)
        entry.facts = DeploymentFacts(
            id: deployment.id, modelName: deployment.modelName.value, model: deployment.model.value,
            apiBase: instance.place?.description ?? "", provider: deployment.provider, tag: deployment.tag,
            listedTag: tagMatching(deployment.provider).listed(deployment.tag),
            makesEmbeddingsOnly: deployment.makesEmbeddingsOnly,
            maxInputTokens: deployment.maxInputTokens ?? context ?? priced.contextWindow,
            maxOutputTokens: priced.answerLimit, isPriced: priced.isKnown, entry: deployment.entryID)
        return entry
    }

    /// What the price lists say of a deployment.
    private struct Priced {
        let price: Price
        let answerLimit: Int?
        let contextWindow: Int?
        let isKnown: Bool

        init(price: Price, answerLimit: Int?, contextWindow: Int?, isKnown: Bool) {
            (self.price, self.answerLimit, self.contextWindow, self.isKnown) = (
                price, answerLimit, contextWindow, isKnown
            )
        }

        init(_ book: PriceBook, _ deployment: Configuration.Deployment) {
            let found = book.price(deployment, tag: deployment.tag)
            self.init(
                price: found.price, answerLimit: found.listed?.answerLimit, contextWindow: found.listed?.contextWindow,
                isKnown: found.isKnown)
        }
    }
}

extension Configuration.Deployment {
    /// The same for a name that fits its model's pattern: each star of its model is what a star of the pattern stands for.
    fileprivate func filled(
        _ match: NameMatch, _ name: String, on instance: Configuration.Instance
    ) -> Configuration.Deployment {
        let written = String(model.value.dropLast(tag.count))
        // Where there are too few of them the name is taken as it is, without the provider that it names.
        let whole = match.name.hasPrefix(written) ? String(match.name.dropFirst(written.count)) : match.name
        return with(tag: NamePattern.fill(tag, with: match.runs, of: whole), name: name, on: instance)
    }

    /// The same under another tag, for another name.
    func with(tag: String, name: String, on instance: Configuration.Instance) -> Configuration.Deployment {
        var other = self
        other.model.value = String(model.value.dropLast(self.tag.count)) + tag
        other.tag = tag
        other.modelName.value = name
        // By the name alone: an Ollama also speaks as OpenAI does.
        other.isLocal = instance.isLocal && !OllamaName.isCloud(tag)
        return other
    }
}
