import Balancer
import Config
import Simulator

/// The requests of a simulation, made anew for each seed: the command line's word, else the pool file's.
struct SimulationWorkload {
    enum Source {
        case trace(Workload)
        case synthetic(SyntheticSpec)
    }

    let source: Source
    let file: PoolFile.Workload
    let requests: Int?
    let load: Double?

    /// The requests of one seed, with models, keys and classes, at the load asked for.
    func make(for pool: SimulatedPool, seed: UInt64) -> Workload {
        var workload: Workload
        switch source {
        case .trace(let trace):
            workload = trace
            if let count = requests ?? file.requests { workload.take(count, seed: seed) }
        case .synthetic(var spec):
            if let requests = requests ?? (spec.hasCount ? nil : file.requests) { spec.limit(to: requests) }
            workload = Workload(spec, models: pool.models.count, seed: seed)
        }
        workload.drawModels(of: pool, seed: seed)
        if let load = effectiveLoad { workload.scale(to: load, of: pool) }
        if !isSynthetic, let bursts = file.bursts {
            workload.burst(
                Bursts(
                    every: bursts.every, length: bursts.length, high: bursts.high, low: bursts.low,
                    oneModel: bursts.oneModel),
                models: pool.models.count, seed: seed)
        }
        workload.drawContexts(file.contexts, seed: seed)
        if file.keys > 1 { workload.drawKeys(file.keys, zipf: 1, seed: seed) }
        if !file.classes.isEmpty { workload.drawClasses(file.classes, seed: seed) }
        return workload
    }

    /// A synthetic workload that gives its rate keeps it, unless the command line says otherwise.
    var effectiveLoad: Double? {
        if case .synthetic(let spec) = source, spec.hasRate { return load }
        return load ?? file.load
    }

    private var isSynthetic: Bool {
        if case .synthetic = source { true } else { false }
    }
}
