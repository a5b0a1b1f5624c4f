// swift-format-ignore-file
// Written by `scripts/update-prices 0.2.3`; do not edit.

/// What the providers ask, as of 2026-11: provider, model, dollars per million tokens of input, output, cache read and
/// cache write (behind `>` those of longer prompts), context window, aliases, `withdrawn`. `PriceTable(lines:)` reads it.
///
/// The facts are from genai-prices 0.2.3 (github.com/pydantic/genai-prices), MIT licence, copyright (c) Pydantic
/// Services Inc. 2025 to present.
enum PublishedPrices {
    static let text: StaticString = #"""
anthropic	claude-2	8	24			200000	claude-2*
anthropic	claude-3-5-haiku-latest	0.8	4	0.08	1	200000	claude-3-5-haiku* claude-3.5-haiku*
anthropic	claude-3-5-sonnet	3	15	0.3	3.75	200000	claude-3-5-sonnet* claude-3.5-sonnet*
anthropic	claude-3-7-sonnet-latest	3	15	0.3	3.75	200000	claude-3-7-sonnet* claude-3.7-sonnet* claude-sonnet-3-7* claude-sonnet-3.7*
anthropic	claude-3-haiku	0.25	1.25	0.03	0.3	200000	claude-3-haiku*
anthropic	claude-3-opus-latest	15	75	1.5	18.75	200000	claude-3-opus*
anthropic	claude-3-sonnet	3	15	0.3	3.75	200000	claude-3-sonnet*
anthropic	claude-fable-5	10	50	1	12.5	1000000	
anthropic	claude-fable-5-1	10	50	0.25	12.5	1000000	
anthropic	claude-fable-5-2	8	40	0.2	10	1000000	
anthropic	claude-haiku-4-5	1	5	0.1	1.25	200000	claude-4-5-haiku* claude-4.5-haiku* claude-haiku-4-5* claude-haiku-4.5*
anthropic	claude-haiku-5-5	0.1>100000=0.5	0.5>100000=2.5	0.01>100000=0.05	0.125>100000=0.625	1000000	claude-5-5-haiku* claude-5.5-haiku* claude-haiku-5-5@* claude-haiku-5.5*
anthropic	claude-mythos-5-2	8	40	0.2	10	1000000	
anthropic	claude-opus-4-0	15	75	1.5	18.75	200000	claude-4-opus* claude-opus-4 claude-opus-4-0* claude-opus-4-20250514
anthropic	claude-opus-4-1	15	75	1.5	18.75	200000	claude-opus-4-1* claude-opus-4.1*
anthropic	claude-opus-4-5	5	25	0.5	6.25	200000	claude-4-5-opus* claude-4.5-opus* claude-opus-4-5* claude-opus-4.5*
anthropic	claude-opus-4-6	5	25	0.5	6.25	1000000	claude-4-6-opus* claude-4.6-opus* claude-opus-4-6* claude-opus-4.6*
anthropic	claude-opus-4-7	5	25	0.5	6.25	1000000	claude-4-7-opus* claude-4.7-opus* claude-opus-4-7* claude-opus-4.7*
anthropic	claude-opus-4-8	5	25	0.5	6.25	1000000	claude-4-8-opus* claude-4.8-opus* claude-opus-4-8* claude-opus-4.8*
anthropic	claude-opus-5	5	25	0.5	6.25	1000000	claude-5-opus* claude-5.0-opus* claude-opus-5-latest claude-opus-5.0*
anthropic	claude-opus-5-5	4	20	0.2	5	1000000	claude-5-5-opus* claude-5.5-opus* claude-opus-5.5*
anthropic	claude-sonnet-4-0	3	15	0.3	3.75	200000	claude-4-sonnet* claude-sonnet-4 claude-sonnet-4-0* claude-sonnet-4-2025* claude-sonnet-4@*
anthropic	claude-sonnet-4-5	3>200000=6	15>200000=22.5	0.3>200000=0.6	3.75>200000=7.5	200000	claude-sonnet-4-5* claude-sonnet-4.5*
anthropic	claude-sonnet-4-6	3	15	0.3	3.75	1000000	claude-sonnet-4-6* claude-sonnet-4.6*
anthropic	claude-sonnet-5	2	10	0.2	2.5	1000000	claude-5-sonnet* claude-5.0-sonnet* claude-sonnet-5.0* claude-sonnet-5@*
anthropic	claude-sonnet-5-5	2	10	0.1	2.5	1000000	claude-5-5-sonnet* claude-5.5-sonnet* claude-sonnet-5-5@* claude-sonnet-5.5*
anthropic	claude-v1	8	24				
aws	amazon.nova-2-sonic-v1:0	0.33	2.75			1000000	
aws	amazon.nova-lite-v1:0	0.06	0.24	0.015		300000	
aws	amazon.nova-micro-v1:0	0.035	0.14	0.00875		128000	
aws	amazon.nova-premier-v1:0	2.5	12.5	0.625		1000000	
aws	amazon.nova-pro-v1:0	0.8	3.2	0.2		300000	
aws	amazon.nova-sonic-v1:0	0.06	0.24				
aws	amazon.titan-embed-text-v1	0.1				8192	
aws	amazon.titan-embed-text-v2:0	0.02				8192	
aws	amazon.titan-text-express-v1	0.2	0.6				
aws	amazon.titan-text-lite-v1	0.15	0.2				
aws	deepseek.r1-v1:0	1.35	5.4			128000	
aws	global.amazon.nova-2-lite-v1:0	0.3	2.5	0.075		1000000	
aws	global.anthropic.claude-fable-5-1-v1:0	10	50	0.25	12.5	1000000	
aws	global.anthropic.claude-fable-5-2	8	40	0.2	10	1000000	
aws	global.anthropic.claude-fable-5-v1:0	10	50	1	12.5	1000000	
aws	global.anthropic.claude-haiku-4-5-20251001-v1:0	1	5	0.1	1.25	200000	
aws	global.anthropic.claude-haiku-5-5	0.1>100000=0.5	0.5>100000=2.5	0.01>100000=0.05	0.125>100000=0.625	1000000	
aws	global.anthropic.claude-mythos-5-2	8	40	0.2	10	1000000	
aws	global.anthropic.claude-opus-4-5-v1:0	5	25	0.5	6.25	200000	
aws	global.anthropic.claude-opus-4-6-v1:0	5	25	0.5	6.25	1000000	
aws	global.anthropic.claude-opus-4-7-v1:0	5	25	0.5	6.25	1000000	
aws	global.anthropic.claude-opus-4-8-v1:0	5	25	0.5	6.25	1000000	
aws	global.anthropic.claude-opus-5	5	25	0.5	6.25	1000000	
aws	global.anthropic.claude-opus-5-5	4	20	0.2	5	1000000	
aws	global.anthropic.claude-sonnet-4-20250514-v1:0	3	15	0.3	3.75	200000	
aws	global.anthropic.claude-sonnet-4-5-20250929-v1:0	3	15	0.3	3.75	200000	
aws	global.anthropic.claude-sonnet-4-6-v1:0	3	15	0.3	3.75	1000000	
aws	global.anthropic.claude-sonnet-5-5	2	10	0.1	2.5	1000000	
aws	global.anthropic.claude-sonnet-5-v1:0	2	10	0.2	2.5	1000000	
aws	global.moonshotai.kimi-k3	3	15	0.3	3.75	1000000	
aws	global.moonshotai.kimi-k3.1	4	20	0.2	5	1000000	
aws	global.openai.gpt-5.6-luna	0.2>272000=0.4	1.2>272000=1.8	0.02>272000=0.04	0.25>272000=0.5	1000000	
aws	global.openai.gpt-5.6-sol	4>272000=8	20>272000=30	0.4>272000=0.8	5>272000=10	1000000	
aws	global.openai.gpt-5.6-terra	2>272000=4	12>272000=18	0.2>272000=0.4	2.5>272000=5	1000000	
aws	global.openai.gpt-6-astra	10>272000=20	50>272000=75	1>272000=2	12.5>272000=25	1050000	
aws	global.openai.gpt-6-luna	0.1>272000=0.2	0.5>272000=0.75	0.01>272000=0.02	0.125>272000=0.25	1000000	
aws	global.openai.gpt-6-sol	2>272000=4	10>272000=15	0.2>272000=0.4	2.5>272000=5	1000000	
aws	global.openai.gpt-6.1-sol	2>272000=4	10>272000=15	0.1>272000=0.2	2.5>272000=5	1000000	
aws	global.openai.gpt-6.1-terra	1>272000=2	5>272000=7.5	0.05>272000=0.1	1.25>272000=2.5	1050000	
aws	global.zai.glm-5.3	1.68	5.28	0.312	2.1	1000000	
aws	google.gemma-3-12b-it	0.09	0.29			128000	
aws	google.gemma-3-27b-it	0.23	0.38			128000	
aws	google.gemma-3-4b-it	0.04	0.08			128000	
aws	meta.llama3-1-70b-instruct-v1:0	0.72	0.72			128000	
aws	meta.llama3-1-8b-instruct-v1:0	0.22	0.22			128000	
aws	meta.llama3-2-11b-instruct-v1:0	0.16	0.16			128000	
aws	meta.llama3-2-1b-instruct-v1:0	0.1	0.1			128000	
aws	meta.llama3-2-3b-instruct-v1:0	0.15	0.15			128000	
aws	meta.llama3-2-90b-instruct-v1:0	0.72	0.72			128000	
aws	meta.llama3-3-70b-instruct-v1:0	0.72	0.72			128000	
aws	meta.llama3-70b-instruct-v1:0	2.65	3.5			8192	
aws	meta.llama3-8b-instruct-v1:0	0.3	0.6			8192	
aws	meta.llama4-maverick-17b-instruct-v1:0	0.24	0.97			1000000	
aws	meta.llama4-scout-17b-instruct-v1:0	0.17	0.66			10000000	
aws	mistral.devstral-2-123b	0.4	2			256000	
aws	mistral.magistral-small-2509	0.5	1.5			128000	
aws	mistral.ministral-3-14b-instruct	0.2	0.2			128000	
aws	mistral.ministral-3-3b-instruct	0.1	0.1			128000	
aws	mistral.ministral-3-8b-instruct	0.15	0.15			128000	
aws	mistral.mistral-7b-instruct-v0:2	0.15	0.2			32000	
aws	mistral.mistral-large-2402-v1:0	4	12			32000	
aws	mistral.mistral-large-3-675b-instruct	0.5	1.5			256000	
aws	mistral.mistral-small-2402-v1:0	1	3			32000	
aws	mistral.mixtral-8x7b-instruct-v0:1	0.45	0.7			32000	
aws	mistral.pixtral-large-2502-v1:0	2	6			128000	
aws	mistral.voxtral-mini-3b-2507	0.04	0.04			32000	
aws	mistral.voxtral-small-24b-2507	0.1	0.3			32000	
aws	nvidia.nemotron-nano-3-30b:0	0.06	0.24			256000	
aws	nvidia.nemotron-nano-9b-v2:0	0.06	0.23			128000	
aws	nvidia.nemotron-super-3-120b:0	0.15	0.65			256000	
aws	openai.gpt-5.4	2.75	16.5	0.275			
aws	openai.gpt-5.5	5.5	33	0.55			
aws	openai.gpt-oss-120b-1:0	0.15	0.6			128000	
aws	openai.gpt-oss-20b-1:0	0.07	0.3			128000	
aws	qwen.qwen3-32b-v1:0	0.15	0.6			32000	
aws	qwen.qwen3-coder-30b-a3b-v1:0	0.15	0.6			256000	
aws	qwen.qwen3-coder-480b-a35b-v1:0	0.45	1.8			128000	
aws	qwen.qwen3-vl-235b-a22b-v1:0	0.53	2.66			256000	
aws	regional.amazon.nova-2-lite-v1:0	0.33	2.75	0.0825		1000000	
aws	regional.anthropic.claude-3-5-haiku-20241022-v1:0	0.8	4	0.08	1	200000	
aws	regional.anthropic.claude-3-5-sonnet-20240620-v1:0	3	15	0.3	3.75	200000	
aws	regional.anthropic.claude-3-5-sonnet-20241022-v2:0	3	15	0.3	3.75	200000	
aws	regional.anthropic.claude-3-7-sonnet-20250219-v1:0	3	15	0.3	3.75	200000	
aws	regional.anthropic.claude-3-haiku-20240307-v1:0	0.25	1.25			200000	
aws	regional.anthropic.claude-3-opus-20240229-v1:0	15	75			200000	
aws	regional.anthropic.claude-3-sonnet-20240229-v1:0	3	15	0.3	3.75	200000	
aws	regional.anthropic.claude-fable-5-1-v1:0	11	55	0.275	13.75	1000000	anthropic.claude-fable-5-1 anthropic.claude-fable-5-1-v1* claude-fable-5-1 claude-fable-5-1-v1* us.anthropic.claude-fable-5-1
aws	regional.anthropic.claude-fable-5-2	8.8	44	0.22	11	1000000	anthropic.claude-fable-5-2 anthropic.claude-fable-5-2-v1* claude-fable-5-2 claude-fable-5-2-v1* eu.anthropic.claude-fable-5-2 us.anthropic.claude-fable-5-2
aws	regional.anthropic.claude-fable-5-v1:0	11	55	1.1	13.75	1000000	anthropic.claude-fable-5 anthropic.claude-fable-5-v1* au.anthropic.claude-fable-5 claude-fable-5 claude-fable-5-v1* eu.anthropic.claude-fable-5 us.anthropic.claude-fable-5
aws	regional.anthropic.claude-haiku-4-5-20251001-v1:0	1.1	5.5	0.11	1.375	200000	anthropic.claude-haiku-4-5-20251001* claude-haiku-4-5-20251001*
aws	regional.anthropic.claude-haiku-5-5	0.11>100000=0.55	0.55>100000=2.75	0.011>100000=0.055	0.1375>100000=0.6875	1000000	anthropic.claude-haiku-5-5 anthropic.claude-haiku-5-5-v1* apac.anthropic.claude-haiku-5-5 au.anthropic.claude-haiku-5-5 claude-haiku-5-5 claude-haiku-5-5-v1* eu.anthropic.claude-haiku-5-5 jp.anthropic.claude-haiku-5-5 us-gov.anthropic.claude-haiku-5-5 us.anthropic.claude-haiku-5-5
aws	regional.anthropic.claude-mythos-5-2	8.8	44	0.22	11	1000000	anthropic.claude-mythos-5-2 anthropic.claude-mythos-5-2-v1* claude-mythos-5-2 claude-mythos-5-2-v1* eu.anthropic.claude-mythos-5-2 us.anthropic.claude-mythos-5-2
aws	regional.anthropic.claude-opus-4-1-20250805-v1:0	15	75	1.5	18.75	200000	anthropic.claude-opus-4-1-20250805* claude-opus-4-1-20250805*
aws	regional.anthropic.claude-opus-4-20250514-v1:0	15	75	1.5	18.75	200000	anthropic.claude-opus-4-20250514* claude-opus-4-20250514*
aws	regional.anthropic.claude-opus-4-5-v1:0	5.5	27.5	0.55	6.875	200000	anthropic.claude-opus-4-5* claude-opus-4-5*
aws	regional.anthropic.claude-opus-4-6-v1:0	5.5	27.5	0.55	6.875	1000000	anthropic.claude-opus-4-6* claude-opus-4-6*
aws	regional.anthropic.claude-opus-4-7-v1:0	5.5	27.5	0.55	6.875	1000000	anthropic.claude-opus-4-7* claude-opus-4-7*
aws	regional.anthropic.claude-opus-4-8-v1:0	5.5	27.5	0.55	6.875	1000000	anthropic.claude-opus-4-8* claude-opus-4-8*
aws	regional.anthropic.claude-opus-5	5.5	27.5	0.55	6.875	1000000	anthropic.claude-opus-5 anthropic.claude-opus-5-v1* au.anthropic.claude-opus-5 claude-opus-5 claude-opus-5-v1* eu.anthropic.claude-opus-5 in.anthropic.claude-opus-5 jp.anthropic.claude-opus-5 us.anthropic.claude-opus-5
aws	regional.anthropic.claude-opus-5-5	4.4	22	0.22	5.5	1000000	anthropic.claude-opus-5-5 anthropic.claude-opus-5-5-v1* au.anthropic.claude-opus-5-5 claude-opus-5-5 claude-opus-5-5-v1* eu.anthropic.claude-opus-5-5 jp.anthropic.claude-opus-5-5 us.anthropic.claude-opus-5-5
aws	regional.anthropic.claude-sonnet-4-20250514-v1:0	3	15	0.3	3.75	200000	anthropic.claude-sonnet-4-20250514* claude-sonnet-4-20250514*
aws	regional.anthropic.claude-sonnet-4-5-20250929-v1:0	3.3	16.5	0.33	4.125	200000	anthropic.claude-sonnet-4-5-20250929* claude-sonnet-4-5-20250929*
aws	regional.anthropic.claude-sonnet-4-6-v1:0	3.3	16.5	0.33	4.125	1000000	anthropic.claude-sonnet-4-6* claude-sonnet-4-6*
aws	regional.anthropic.claude-sonnet-5-5	2.2	11	0.11	2.75	1000000	anthropic.claude-sonnet-5-5 anthropic.claude-sonnet-5-5-v1* apac.anthropic.claude-sonnet-5-5 au.anthropic.claude-sonnet-5-5 claude-sonnet-5-5 claude-sonnet-5-5-v1* eu.anthropic.claude-sonnet-5-5 jp.anthropic.claude-sonnet-5-5 us-gov.anthropic.claude-sonnet-5-5 us.anthropic.claude-sonnet-5-5
aws	regional.anthropic.claude-sonnet-5-v1:0	2.2	11	0.22	2.75	1000000	anthropic.claude-sonnet-5 anthropic.claude-sonnet-5-v1* apac.anthropic.claude-sonnet-5 au.anthropic.claude-sonnet-5 claude-sonnet-5 claude-sonnet-5-v1* eu.anthropic.claude-sonnet-5 in.anthropic.claude-sonnet-5 jp.anthropic.claude-sonnet-5 us-gov.anthropic.claude-sonnet-5 us.anthropic.claude-sonnet-5
aws	regional.moonshotai.kimi-k3	3.3	16.5	0.33	4.125	1000000	in.moonshotai.kimi-k3 moonshotai.kimi-k3 us.moonshotai.kimi-k3
aws	regional.moonshotai.kimi-k3.1	4.4	22	0.22	5.5	1000000	
aws	regional.openai.gpt-5.6-luna	0.22>272000=0.44	1.32>272000=1.98	0.022>272000=0.044	0.275>272000=0.55	1000000	gpt-5.6-luna* openai.gpt-5.6-luna*
aws	regional.openai.gpt-5.6-sol	4.4>272000=8.8	22>272000=33	0.44>272000=0.88	5.5>272000=11	1000000	gpt-5.6-sol* openai.gpt-5.6-sol*
aws	regional.openai.gpt-5.6-terra	2.2>272000=4.4	13.2>272000=19.8	0.22>272000=0.44	2.75>272000=5.5	1000000	gpt-5.6-terra* openai.gpt-5.6-terra*
aws	regional.openai.gpt-6-astra	11>272000=22	55>272000=82.5	1.1>272000=2.2	13.75>272000=27.5	1050000	gpt-6-astra* openai.gpt-6-astra*
aws	regional.openai.gpt-6-luna	0.11>272000=0.22	0.55>272000=0.825	0.011>272000=0.022	0.1375>272000=0.275	1000000	gpt-6-luna* openai.gpt-6-luna*
aws	regional.openai.gpt-6-sol	2.2>272000=4.4	11>272000=16.5	0.22>272000=0.44	2.75>272000=5.5	1000000	gpt-6-sol* openai.gpt-6-sol*
aws	regional.openai.gpt-6.1-sol	2.2>272000=4.4	11>272000=16.5	0.11>272000=0.22	2.75>272000=5.5	1000000	gpt-6.1-sol* openai.gpt-6.1-sol*
aws	regional.openai.gpt-6.1-terra	1.1>272000=2.2	5.5>272000=8.25	0.055>272000=0.11	1.375>272000=2.75	1050000	gpt-6.1-terra* openai.gpt-6.1-terra*
aws	regional.zai.glm-5.3	1.848	5.808	0.3432	2.31	1000000	us.zai.glm-5.3
aws	writer.palmyra-x4-v1:0	2.5	10			128000	
aws	writer.palmyra-x5-v1:0	0.6	6			128000	
azure	ada	0.1					text-embedding-ada text-embedding-ada-002 text-embedding-ada-002-v2
azure	babbage	0.4					babbage-002
azure	curie	2					text-curie text-curie-001
azure	davinci	2					davinci-002 text-davinci text-davinci-002
azure	o1	15	60	7.5		200000	o1-2024-12-17
azure	o1-mini	1.1	4.4	0.55		128000	o1-mini-2024-09-12
azure	o1-preview	15	60	7.5		128000	o1-preview-2024-09-12
azure	o3-2025-04-16	2	8	0.5		200000	o3
azure	o3-mini	1.1	4.4	0.55		200000	o3-mini-2025-01-31
azure	o4-mini	1.1	4.4	0.275		200000	
azure	phi-3-medium-128k-instruct	0.17	0.68			131072	
azure	phi-3-mini-128k-instruct	0.13	0.52			131072	
azure	phi-3.5-mini-128k-instruct	0.13	0.52			131072	
azure	phi-4	0.125	0.5			16384	
azure	phi-4-mini-instruct	0.075	0.3			131072	
azure	phi-4-multimodal-instruct	0.08	0.32			131072	
azure	phi-4-reasoning-plus	0.125	0.5			32768	
azure	text-embedding-3-large	0.13				8192	
azure	text-embedding-3-small	0.02				8192	
azure	wizardlm-2-8x22b	0.48	0.48				
cerebras	gemma-4-31b	0.99	1.49			131072	cerebras/gemma-4-31b* cerebras:gemma-4-31b*	withdrawn
cerebras	gpt-oss-120b	0.35	0.75			131072	cerebras/gpt-oss-120b* cerebras:gpt-oss-120b*
cerebras	llama-3.3-70b	0.85	1.2			128000	cerebras/llama-3.3-70b* cerebras:llama-3.3-70b*	withdrawn
cerebras	llama3.1-8b	0.1	0.1			32768	cerebras/llama3.1-8b* cerebras:llama3.1-8b*	withdrawn
cerebras	qwen-3-32b	0.4	0.8			131072	cerebras/qwen-3-32b* cerebras:qwen-3-32b*	withdrawn
cerebras	qwen-3.8-27b	0.99	1.49			65536	cerebras/qwen-3.8-27b* cerebras:qwen-3.8-27b*
cerebras	zai-glm-4.7	2.25	2.75			131072	cerebras/zai-glm-4.7* cerebras:zai-glm-4.7*	withdrawn
cohere	c4ai-aya-expanse-32b	0.5	1.5			128000	
cohere	c4ai-aya-expanse-8b	0.5	1.5			8192		withdrawn
cohere	command	1	2				
cohere	command-a	2.5	10				command-a-03-2025
cohere	command-light	0.3	0.6			4096	command-light*	withdrawn
cohere	command-r	0.15	0.6				command-r-08-2024
cohere	command-r-plus	2.5	10				command-r-plus-08-2024
cohere	command-r7b	0.0375	0.15				command-r7b-12-2024
cohere	embed-v4.0	0.12				128000	
deepseek	deepseek-chat	0.27	1.1	0.07		64000	deepseek-chat* deepseek-chat-v3-0324
deepseek	deepseek-flash	0.3	1.2	0.006		1000000	
deepseek	deepseek-reasoner	0.55	2.19	0.14		64000	deepseek-r1* deepseek-r1-0528
deepseek	deepseek-v3.1-terminus	0.27	0.95	0.13		128000	
deepseek	deepseek-v3.2	0.2288	0.3432			128000	
deepseek	deepseek-v3.2-exp	0.27	0.41			128000	
deepseek	deepseek-v4-flash	0.3	1.2	0.006		1000000	deepseek-v4-flash*
deepseek	deepseek-v4-pro	1.32	3.96	0.044		1000000	deepseek-v4-pro*
fireworks	deepseek-r1-0528	3	8			160000	accounts/fireworks/models/deepseek-r1-0528
fireworks	deepseek-v3-0324	0.9	0.9			160000	accounts/fireworks/models/deepseek-v3-0324
fireworks	deepseek-v3p2	0.56	1.68	0.28		163840	accounts/fireworks/models/deepseek-v3p2
fireworks	deepseek-v4-flash	0.14	0.28	0.028		1040000	accounts/fireworks/models/deepseek-v4-flash accounts/fireworks/models/deepseek-v4-flash-0731
fireworks	deepseek-v4-pro	1.74	3.48	0.145		1048576	accounts/fireworks/models/deepseek-v4-pro
fireworks	deepseek-v4p1-flash	0.3	1.2	0.006			accounts/fireworks/models/deepseek-v4p1-flash
fireworks	deepseek-v4p1-flash-1017	0.3	1.2	0.006			accounts/fireworks/models/deepseek-v4p1-flash-1017
fireworks	deepseek-v4p1-flash-1017-ultrafast	2.4	9.6	0.048			accounts/fireworks/routers/deepseek-v4p1-flash-1017-ultrafast
fireworks	deepseek-v4p1-flash-1017-us	0.45	1.8	0.009			accounts/fireworks/routers/deepseek-v4p1-flash-1017-us
fireworks	deepseek-v4p1-flash-us	0.45	1.8	0.009			accounts/fireworks/routers/deepseek-v4p1-flash-us
fireworks	ember-1	3	15	0.3			accounts/fireworks/models/ember-1
fireworks	gemma-3-27b-it	0.1	0.1			131000	accounts/fireworks/models/gemma-3-27b-it
fireworks	glm-4p7	0.6	2.2			202752	accounts/fireworks/models/glm-4p7
fireworks	glm-5p1	1.4	4.4	0.26			accounts/fireworks/models/glm-5p1
fireworks	glm-5p1-fast	2.8	8.8	0.52			accounts/fireworks/routers/glm-5p1-fast
fireworks	glm-5p2	1.4	4.4	0.14		1040000	accounts/fireworks/models/glm-5p2
fireworks	glm-5p2-fast	2.1	6.6	0.21		1040000	accounts/fireworks/routers/glm-5p2-fast accounts/fireworks/routers/glm-5p2-fast-us
fireworks	glm-5p3	1.4	4.4	0.26			accounts/fireworks/models/glm-5p3
fireworks	glm-5p3-fast	2.1	6.6	0.39			accounts/fireworks/routers/glm-5p3-fast
fireworks	glm-5p3-flash	0.15	0.5	0.03			accounts/fireworks/models/glm-5p3-flash
fireworks	glm-5p3-flash-us	0.225	0.75	0.045			accounts/fireworks/routers/glm-5p3-flash-us
fireworks	glm-5p3-us	2.1	6.6	0.39			accounts/fireworks/routers/glm-5p3-us
fireworks	gpt-oss-120b	0.15	0.6	0.015		131072	accounts/fireworks/models/gpt-oss-120b
fireworks	gpt-oss-20b	0.07	0.3	0.035		131072	accounts/fireworks/models/gpt-oss-20b
fireworks	inkling	1	4.05	0.17		1040000	accounts/fireworks/models/inkling
fireworks	kimi-k2p5	0.6	3	0.1		262144	accounts/fireworks/models/kimi-k2p5
fireworks	kimi-k2p6	0.95	4	0.16			accounts/fireworks/models/kimi-k2p6
fireworks	kimi-k2p6-fast	2	8	0.3		262144	accounts/fireworks/routers/kimi-k2p6-fast
fireworks	kimi-k2p7-code	0.95	4	0.19		262144	accounts/fireworks/models/kimi-k2p7-code
fireworks	kimi-k2p7-code-fast	1.9	8	0.38		262144	accounts/fireworks/routers/kimi-k2p7-code-fast
fireworks	kimi-k3	3	15	0.3		1040000	accounts/fireworks/models/kimi-k3
fireworks	kimi-k3-fast	4.5	22.5	0.45		1040000	accounts/fireworks/routers/kimi-k3-fast
fireworks	kimi-k3-us	4.5	22.5	0.45		1040000	accounts/fireworks/routers/kimi-k3-us
fireworks	kimi-k3p1-pro	2	10	0.2			accounts/fireworks/models/kimi-k3p1-pro
fireworks	llama-v3p1-8b-instruct	0.2	0.2			131000	accounts/fireworks/models/llama-v3p1-8b-instruct
fireworks	llama4-maverick-instruct-basic	0.22	0.88			1000000	accounts/fireworks/models/llama4-maverick-instruct-basic
fireworks	minimax-m2p1	0.3	1.2			204800	accounts/fireworks/models/minimax-m2p1
fireworks	minimax-m2p7	0.3	1.2	0.06			accounts/fireworks/models/minimax-m2p7
fireworks	minimax-m3	0.3	1.2	0.06		524288	accounts/fireworks/models/minimax-m3
fireworks	muse-spark-open	1.25	4.25	0.15			accounts/fireworks/models/muse-spark-open
fireworks	nemotron-3-ultra-nvfp4	0.6	2.4	0.12		262000	accounts/fireworks/models/nemotron-3-ultra-nvfp4
fireworks	nemotron-lightning-3p5-30b-a3b	0.05	0.2	0.01			accounts/fireworks/models/nemotron-lightning-3p5-30b-a3b
fireworks	qwen2p5-vl-72b-instruct	0.9	0.9			128000	accounts/fireworks/models/qwen2p5-vl-72b-instruct
fireworks	qwen3-235b-a22b	0.22	0.88			128000	accounts/fireworks/models/qwen3-235b-a22b
fireworks	qwen3p6-plus	0.5	3	0.1			accounts/fireworks/models/qwen3p6-plus
fireworks	qwen3p7-plus	0.4	1.6	0.08		262144	accounts/fireworks/models/qwen3p7-plus
fireworks	qwen3p8-max	2	6	0.25			accounts/fireworks/models/qwen3p8-max
fireworks	ultramarine-1-flash-us	0.15	0.5	0.03			accounts/fireworks/routers/ultramarine-1-flash-us
google	claude-3-5-haiku	0.8	4	0.08	1	200000	
google	claude-3-5-sonnet	3	15	0.3	3.75	200000	
google	claude-3-7-sonnet	3	15	0.3	3.75	200000	
google	claude-3-haiku	0.25	1.25	0.03	0.3	200000	
google	claude-3-opus	15	75	1.5	18.75	200000	
google	claude-4-opus	15	75	1.5	18.75	200000	claude-opus-4
google	claude-4-sonnet	3	15	0.3	3.75	200000	anthropic/claude-sonnet-4 claude-sonnet-4
google	claude-fable-5	10	50	1	12.5	1000000	
google	claude-fable-5-1	10	50	0.25	12.5	1000000	
google	claude-fable-5-2	8	40	0.2	10	1000000	
google	claude-haiku-4-5	1	5	0.1	1.25	200000	
google	claude-haiku-5-5	0.1>100000=0.5	0.5>100000=2.5	0.01>100000=0.05	0.125>100000=0.625	1000000	
google	claude-opus-4-5	5	25	0.5	6.25	200000	
google	claude-opus-4-6	5	25	0.5	6.25	1000000	
google	claude-opus-4-7	5	25	0.5	6.25	1000000	
google	claude-opus-4-8	5	25	0.5	6.25	1000000	
google	claude-opus-5	5	25	0.5	6.25	1000000	
google	claude-opus-5-5	4	20	0.2	5	1000000	
google	claude-sonnet-4-5	3>200000=6	15>200000=22.5	0.3>200000=0.6	3.75>200000=7.5	200000	
google	claude-sonnet-4-6	3	15	0.3	3.75	1000000	
google	claude-sonnet-5-5	2	10	0.1	2.5	1000000	
google	gemini-1.0-pro-vision-001	0.125	0.375			32768	
google	gemini-1.5-flash	0.075>128000=0.15	0.3>128000=0.6	0.01875>128000=0.0375		1000000	
google	gemini-1.5-pro	1.25>128000=2.5	5>128000=10			1000000	
google	gemini-2.0-flash	0.1	0.4	0.025		1000000		withdrawn
google	gemini-2.0-flash-lite	0.075	0.3			1000000		withdrawn
google	gemini-2.5-flash	0.3	2.5	0.03		1048576	gemini-2.5-flash-latest gemini-2.5-flash-preview-09-2025
google	gemini-2.5-flash-image	0.3	2.5			1000000	gemini-2.5-flash-image-preview	withdrawn
google	gemini-2.5-flash-lite	0.1	0.4	0.01		1000000	
google	gemini-2.5-flash-lite-preview-tts	0.5	10			8192	
google	gemini-2.5-flash-preview	0.15	0.6				gemini-2.5-flash-preview-05-20:thinking gemini-2.5-flash-preview:thinking	withdrawn
google	gemini-2.5-flash-tts	0.5	10			8192	gemini-2.5-flash-preview-tts
google	gemini-2.5-pro	1.25>200000=2.5	10>200000=15	0.125>200000=0.25			
google	gemini-2.5-pro-tts	1	20			8192	gemini-2.5-pro-preview-tts
google	gemini-3-flash-preview	0.5	3	0.05		1000000	gemini-3-flash-preview-*
google	gemini-3-pro-image-preview	2	12			1000000	gemini-3-pro-image gemini-3-pro-image-preview*
google	gemini-3-pro-preview	2>200000=4	12>200000=18	0.2>200000=0.4			gemini-3-pro-preview* gemini-3-pro-text-preview	withdrawn
google	gemini-3.1-flash-image-preview	0.5	3			1000000	gemini-3.1-flash-image gemini-3.1-flash-image-preview*
google	gemini-3.1-flash-lite	0.25	1.5	0.025		1000000	gemini-3.1-flash-lite-preview*
google	gemini-3.1-flash-lite-image	0.25	1.5				gemini-3.1-flash-lite-image*
google	gemini-3.1-flash-live-preview	0.75	4.5				gemini-3.1-flash-live-preview*
google	gemini-3.1-flash-tts-preview	1	20				
google	gemini-3.1-pro-preview	2>200000=4	12>200000=18	0.2>200000=0.4			gemini-3.1-pro-preview* gemini-pro-latest
google	gemini-3.5-flash	1.5	9	0.15		1000000	gemini-3.5-flash-preview*
google	gemini-3.5-flash-lite	0.3	2.5	0.03		1000000	gemini-3.5-flash-lite* gemini-flash-lite-latest
google	gemini-3.6-flash	1.5	7.5	0.15		1000000	gemini-3.6-flash*
google	gemini-3.7-flash	1.5	7.5	0.15		1000000	gemini-3.7-flash*
google	gemini-3.8-flash	1.5	7.5	0.15		1000000	gemini-flash-latest
google	gemini-3.8-flash-lite-tts	1	12				
google	gemini-3.8-flash-tts	1	18				
google	gemini-3.8-live	0.75	4.5			131072	gemini-3.8-live*
google	gemini-4-argon	4	20	0.2		1048576	gemini-4-argon-preview*
google	gemini-embedding-001	0.15					
google	gemini-embedding-2	0.2				8192	gemini-embedding-2-preview
google	gemini-flash-1.5	0.075>128000=0.15	0.3>128000=0.6	0.01875>128000=0.0375			
google	gemini-flash-1.5-8b	0.0375>128000=0.075	0.15>128000=0.3	0.01>128000=0.02		1000000	
google	gemini-live-2.5-flash	0.5	2				gemini-2.5-flash-native-audio-latest gemini-2.5-flash-native-audio-preview* gemini-live-2.5-flash*
google	gemini-nano-banana-2.1	1.5	7.5				
google	gemini-omni-1.1-flash	1.5	9				
google	gemini-omni-flash-preview	1.5	9				gemini-omni-flash-preview*
google	gemini-pro	0.125	0.375			32768	gemini-1.0-pro
google	gemini-pro-1.5	1.25>128000=2.5	5>128000=10	0.3125>128000=0.625		2000000	
google	gemini-robotics-er-2-preview	2	10	0.2			
google	gemini-robotics-er-2-streaming-preview	2	10				
google	gemma-2-27b-it	0.65	0.65				
google	gemma-4-26b-a4b-it-maas	0.15	0.6	0.015		262144	
groq	deepseek-r1-distill-llama-70b	0.75	0.99			131072	
groq	gemma-7b-it	0.07	0.07				
groq	gemma2-9b-it	0.2	0.2				gemma2-9b
groq	llama-3.1-405b-reasoning	0.59	0.79				
groq	llama-3.1-70b-versatile	0.59	0.79				
groq	llama-3.1-8b-instant	0.05	0.08				
groq	llama-3.2-11b-text-preview	0.18	0.18				
groq	llama-3.2-11b-vision-preview	0.18	0.18				
groq	llama-3.2-1b-preview	0.04	0.04				
groq	llama-3.2-3b-preview	0.06	0.06				
groq	llama-3.2-90b-text-preview	0.9	0.9				
groq	llama-3.2-90b-vision-preview	0.9	0.9				
groq	llama-3.3-70b-specdec	0.59	0.99				
groq	llama-3.3-70b-versatile	0.59	0.79				
groq	llama-guard-3-8b	0.2	0.2				
groq	llama2-70b-4096	0.7	0.8				
groq	llama3-70b-8192	0.59	0.79				
groq	llama3-8b-8192	0.05	0.08				
groq	llama3-groq-70b-8192-tool-use-preview	0.89	0.89				
groq	llama3-groq-8b-8192-tool-use-preview	0.19	0.19				
groq	meta-llama/llama-4-maverick-17b-128e-instruct	0.2	0.6			131072	
groq	meta-llama/llama-4-scout-17b-16e-instruct	0.11	0.34				
groq	meta-llama/llama-guard-4-12b	0.2	0.2			131072	
groq	meta-llama/llama-prompt-guard-2-22m	0.03	0.03			512	
groq	meta-llama/llama-prompt-guard-2-86m	0.04	0.04			512	
groq	mistral-saba-24b	0.79	0.79				
groq	mixtral-8x7b-32768	0.24	0.24				
groq	moonshotai/kimi-k2-instruct	1	3	0.5		131072	moonshotai/kimi-k2-instruct-0905
groq	openai/gpt-oss-120b	0.15	0.6	0.075		131072	
groq	openai/gpt-oss-20b	0.075	0.3	0.0375		131072	
groq	openai/gpt-oss-safeguard-20b	0.075	0.3	0.0375		131072	
groq	qwen/qwen3-32b	0.29	0.59			131072	
groq	qwen/qwen3.8-27b	0.8	4			131072	
mistral	codestral	0.3	0.9			256000	codestral-2501 codestral-latest
mistral	codestral-2508	0.3	0.9	0.03		256000	
mistral	codestral-embed-2505	0.15		0.015		8000	codestral-embed
mistral	deepseek-v4-1-flash-1017	0.3	1.2	0.007			
mistral	devstral-2512	0.4	2	0.04		262144		withdrawn
mistral	devstral-small	0.1	0.3				devstral-small-2505 devstral-small-2507 devstral-small-latest labs-devstral-small-2512	withdrawn
mistral	magistral-medium	2	5				magistral-medium*	withdrawn
mistral	magistral-small	0.5	1.5				magistral-small-*	withdrawn
mistral	ministral-14b-2512	0.2	0.2	0.02		262144	
mistral	ministral-3b	0.04	0.04				
mistral	ministral-3b-2512	0.1	0.1	0.01		131072	
mistral	ministral-8b	0.1	0.1				ministral-8b-2410
mistral	ministral-8b-2512	0.15	0.15	0.015		262144	
mistral	ministral-8b-latest	0.15	0.15	0.015			
mistral	mistral-7b	0.25	0.25				open-mistral-7b
mistral	mistral-embed	0.1	0.1			8192	mistral-embed-2312
mistral	mistral-large	2	6				mistral-large-2407 mistral-large-2411 mistral-large-latest
mistral	mistral-large-2512	0.5	1.5	0.05		262144	
mistral	mistral-large-4	0.7	2.1	0.07		1048576	mistral-large-4-0
mistral	mistral-medium-2312	2.7	8.1				
mistral	mistral-medium-3-1	0.4	2	0.04			mistral-medium mistral-medium-2505 mistral-medium-2508
mistral	mistral-medium-3-5	1.5	7.5	0.15		262144	mistral-medium-2604 mistral-medium-3 mistral-medium-3.5
mistral	mistral-medium-latest	1.5	7.5	0.15			
mistral	mistral-nemo	0.15	0.15				open-mistral-nemo
mistral	mistral-saba	0.2	0.6				mistral-saba-latest
mistral	mistral-small-24b-instruct-2501	0.05	0.08				
mistral	mistral-small-2603	0.15	0.6	0.015		262144	
mistral	mistral-small-3.1-24b-instruct	0.351	0.555				
mistral	mistral-small-3.2-24b-instruct	0.1	0.3				mistral-small-2506
mistral	mistral-small-latest	0.15	0.6	0.015			
mistral	mistral-tiny	0.25	0.25					withdrawn
mistral	mixtral-8x22b-instruct	2	6				open-mixtral-8x22b
mistral	mixtral-8x7b	0.7	0.7				mixtral-8x7b* open-mixtral-8x7b
mistral	pixtral-12b	0.15	0.15				pixtral-12b-latest
mistral	pixtral-large	2	6				pixtral-large-2411 pixtral-large-latest
mistral	voxtral-small-24b-2507	0.1	0.4	0.01		32768	voxtral-small-2507 voxtral-small-latest
mistral	zai-glm-5-3	1.4	4.4	0.14			
mistral	zai-glm-5-3-flash	0.15	0.5	0.03			
moonshotai	kimi-k2	0.57	2.3					withdrawn
moonshotai	kimi-k2-0711-preview	0.6	2.5	0.15		131072		withdrawn
moonshotai	kimi-k2-0905-preview	0.6	2.5	0.15		262144		withdrawn
moonshotai	kimi-k2-thinking	0.6	2.5	0.15		262144		withdrawn
moonshotai	kimi-k2-thinking-turbo	1.15	8	0.15		262144		withdrawn
moonshotai	kimi-k2-turbo-preview	1.15	8	0.15		262144	kimi-k2-turbo*	withdrawn
moonshotai	kimi-k2.5	0.6	3	0.1		262144	kimi-k2.5*	withdrawn
moonshotai	kimi-k2.6	0.95	4	0.16		262144	kimi-k2.6*
moonshotai	kimi-k2.7-code	0.95	4	0.19		262144	
moonshotai	kimi-k2.7-code-highspeed	1.9	8	0.38		262144	
moonshotai	kimi-k3	3	15	0.3	3	1048576	
moonshotai	kimi-k3.1-pro	2	10	0.2	2	1048576	
moonshotai	kimi-k3.1-pro-highspeed	4	20	0.2	4	1048576	
moonshotai	moonshot-v1-128k	2	5			131072	moonshot-v1-128k-vision-preview	withdrawn
moonshotai	moonshot-v1-32k	1	3			32768	moonshot-v1-32k-vision-preview	withdrawn
moonshotai	moonshot-v1-8k	0.2	2			8192	moonshot-v1-8k-vision-preview	withdrawn
openai	ada	0.4	0.4				text-ada-001
openai	babbage	0.5	0.5				
openai	babbage-002	0.4	0.4				
openai	chatgpt-4o-latest	5	15			128000	
openai	chatgpt-image-latest	5	10	1.25			
openai	codex-mini	1.5	6	0.375		200000	codex-mini-latest
openai	computer-use	3	12			8192	computer-use*
openai	curie	2	2				text-curie-001
openai	davinci	20	20				text-davinci-001
openai	davinci-002	2	2				
openai	ft:gpt-3.5-turbo-	3	6				ft:gpt-3.5-turbo*
openai	ft:gpt-4o	3.75	15				ft:gpt-4o-2024-*
openai	ft:gpt-4o-mini	0.3	1.2				ft:gpt-4o-mini-2024-*
openai	gpt-3.5-0301	1.5	2				gpt-3.5-turbo-0301
openai	gpt-3.5-turbo	0.5	1.5			16385	gpt-3.5-turbo-0125 gpt-35-turbo
openai	gpt-3.5-turbo-0613	1.5	2			16385	
openai	gpt-3.5-turbo-1106	1	2			16385	
openai	gpt-3.5-turbo-16k	3	4			16385	gpt-3.5-turbo-16k-0613 gpt-35-turbo-16k gpt-35-turbo-16k-0613
openai	gpt-3.5-turbo-instruct	1.5	2			16385	gpt-3.5-turbo-instruct* gpt-3.5-turbo-instruct-0914
openai	gpt-4	30	60			8192	ft:gpt-4-0* gpt-4-0314 gpt-4-0613
openai	gpt-4-32k	60	120			32000	gpt-4-32k-0314 gpt-4-32k-0613
openai	gpt-4-turbo	10	30			128000	gpt-4-0125-preview gpt-4-1106-preview gpt-4-turbo-0125-preview gpt-4-turbo-2024-04-09 gpt-4-turbo-preview
openai	gpt-4-vision-preview	10	30			128000	gpt-4-1106-vision-preview
openai	gpt-4.1	2	8	0.5		1000000	gpt-4.1-2025-04-14
openai	gpt-4.1-mini	0.4	1.6	0.1		1000000	gpt-4.1-mini-2025-04-14
openai	gpt-4.1-nano	0.1	0.4	0.025		1000000	gpt-4.1-nano-2025-04-14
openai	gpt-4.5-preview	75	150	37.5			gpt-4.5-preview*
openai	gpt-4o	2.5	10	1.25		128000	gpt-4o-2024-08-06 gpt-4o-2024-11-20
openai	gpt-4o-2024-05-13	5	15			128000	
openai	gpt-4o-audio-preview	2.5	10			128000	gpt-4o-audio-preview*
openai	gpt-4o-mini	0.15	0.6	0.075		128000	gpt-4o-mini-2024-07-18 gpt-4o-mini-search-preview gpt-4o-mini-search-preview-2025-03-11
openai	gpt-4o-mini-2024-07-18.ft-	0.3	1.2				gpt-4o-mini-2024-07-18.ft-*
openai	gpt-4o-mini-audio-preview	0.15	0.6			128000	gpt-4o-mini-audio*
openai	gpt-4o-mini-realtime-preview	0.6	2.4	0.3		16000	gpt-4o-mini-realtime*
openai	gpt-4o-mini-transcribe	1.25	5			16000	
openai	gpt-4o-mini-tts	0.6	12				
openai	gpt-4o-realtime-preview	5	20	2.5		32000	gpt-4o-realtime*
openai	gpt-4o-search-preview	2.5	10			128000	gpt-4o-search-preview-2025-03-11
openai	gpt-4o-transcribe	2.5	10			16000	gpt-4o-transcribe-diarize
openai	gpt-4o:extended	6	18				
openai	gpt-5	1.25	10	0.125		400000	gpt-5-2025-08-07 gpt-5-chat gpt-5-chat-latest gpt-5-codex
openai	gpt-5-image	10	10	1.25			
openai	gpt-5-image-mini	2.5	2	0.25			
openai	gpt-5-mini	0.25	2	0.025		400000	gpt-5-mini-2025-08-07
openai	gpt-5-nano	0.05	0.4	0.005		400000	gpt-5-nano-*
openai	gpt-5-pro	15	120			400000	gpt-5-pro-2025-10-06
openai	gpt-5-search-api	1.25	10	0.125			
openai	gpt-5.1	1.25	10	0.125		400000	gpt-5-1 gpt-5-1-2025-11-13 gpt-5-1-chat gpt-5-1-chat-latest gpt-5-1-codex gpt-5-1-codex-max gpt-5.1-2025-11-13 gpt-5.1-chat gpt-5.1-chat-latest gpt-5.1-codex gpt-5.1-codex-max
openai	gpt-5.1-codex-mini	0.25	2	0.025		400000	gpt-5-1-codex-mini gpt-5-1-mini gpt-5.1-mini
openai	gpt-5.2	1.75	14	0.175		400000	gpt-5-2 gpt-5-2-2025-12-11 gpt-5-2-chat gpt-5-2-chat-latest gpt-5-2-codex gpt-5.2-2025-12-11 gpt-5.2-chat gpt-5.2-chat-latest gpt-5.2-codex
openai	gpt-5.2-pro	21	168			400000	gpt-5-2-pro-2025-12-11 gpt-5.2-pro-2025-12-11
openai	gpt-5.3	1.75	14	0.175		128000	gpt-5-3 gpt-5-3-chat gpt-5-3-chat-latest gpt-5.3-chat gpt-5.3-chat-latest
openai	gpt-5.3-codex	1.75	14	0.175		400000	gpt-5-3-codex
openai	gpt-5.4	2.5>272000=5	15>272000=22.5	0.25>272000=0.5		1050000	gpt-5-4 gpt-5-4-2026-03-05 gpt-5.4-2026-03-05
openai	gpt-5.4-image-2	8	15	2			
openai	gpt-5.4-mini	0.75	4.5	0.075		400000	gpt-5-4-mini gpt-5-4-mini-2026-03-17 gpt-5.4-mini-2026-03-17
openai	gpt-5.4-nano	0.2	1.25	0.02		400000	gpt-5-4-nano gpt-5-4-nano-2026-03-17 gpt-5.4-nano-2026-03-17
openai	gpt-5.4-pro	30>272000=60	180>272000=270			1050000	gpt-5-4-pro gpt-5-4-pro-2026-03-05 gpt-5.4-pro-2026-03-05
openai	gpt-5.5	5>272000=10	30>272000=45	0.5>272000=1		1000000	gpt-5-5 gpt-5-5-2026-04-23 gpt-5-5-2026-04-24 gpt-5-5-chat gpt-5-5-chat-latest gpt-5-5-codex gpt-5.5-2026-04-23 gpt-5.5-2026-04-24 gpt-5.5-chat gpt-5.5-chat-latest gpt-5.5-codex
openai	gpt-5.5-cyber	12.5	75	1.25			
openai	gpt-5.5-pro	30>272000=60	180>272000=270			1000000	gpt-5-5-pro gpt-5-5-pro-2026-04-23 gpt-5.5-pro-2026-04-23
openai	gpt-5.6-cyber	12.5	75	1.25	15.625		
openai	gpt-5.6-luna	0.2>272000=0.4	1.2>272000=1.8	0.02>272000=0.04	0.25>272000=0.5	1050000	gpt-5-6-luna
openai	gpt-5.6-sol	4>272000=8	20>272000=30	0.4>272000=0.8	5>272000=10	1050000	gpt-5-6 gpt-5-6-sol gpt-5.6
openai	gpt-5.6-terra	2>272000=4	12>272000=18	0.2>272000=0.4	2.5>272000=5	1050000	gpt-5-6-terra
openai	gpt-6-astra	10>272000=20	50>272000=75	1>272000=2	12.5>272000=25	1050000	
openai	gpt-6-cyber	20	100	2	25		
openai	gpt-6-luna	0.1>272000=0.2	0.5>272000=0.75	0.01>272000=0.02	0.125>272000=0.25	1050000	
openai	gpt-6-rosalind	15>272000=30	75>272000=112.5	1.5>272000=3	18.75>272000=37.5		
openai	gpt-6-sol	2>272000=4	10>272000=15	0.2>272000=0.4	2.5>272000=5	1050000	
openai	gpt-6.1-sol	2>272000=4	10>272000=15	0.1>272000=0.2	2.5>272000=5	1050000	
openai	gpt-6.1-terra	1>272000=2	5>272000=7.5	0.05>272000=0.1	1.25>272000=2.5	1050000	
openai	gpt-audio	2.5	10			128000	gpt-audio-1.5 gpt-audio-2025-08-28
openai	gpt-audio-mini	0.6	2.4			128000	gpt-audio-mini-2025-10-06 gpt-audio-mini-2025-12-15
openai	gpt-chat-latest	5	30	0.5			chat-latest
openai	gpt-image-1	5	40	1.25			
openai	gpt-image-1-mini	2	8	0.2			
openai	gpt-image-1.5	5	10	1.25			gpt-image-1.5-2025-12-16
openai	gpt-image-2	5	30	1.25			gpt-image-2-2026-04-21
openai	gpt-image-2.5-flare	5	30	1.25			gpt-image-2.5-flare-2026-09-08
openai	gpt-image-2.5-sunburst	5	30	1.25			gpt-image-2.5-sunburst-2026-09-08
openai	gpt-oss-120b	0.039	0.18			131072	
openai	gpt-oss-20b	0.029	0.14			131072	
openai	gpt-oss-safeguard-20b	0.075	0.3	0.037		131072	
openai	gpt-realtime	4	16	0.4		32000	gpt-realtime-1.5 gpt-realtime-2025-08-28
openai	gpt-realtime-2	4	24	0.4		128000	gpt-realtime-2.1
openai	gpt-realtime-mini	0.6	2.4	0.06			gpt-realtime-2.1-mini gpt-realtime-mini-2025-10-06 gpt-realtime-mini-2025-12-15
openai	gpt-rosalind-discovery	5	25	0.5			
openai	gpt-rosalind-research	5	25	0.5			
openai	o1	15	60	7.5		200000	o1-2024-12-17
openai	o1-mini	1.1	4.4	0.55		128000	o1-mini-2024-09-12
openai	o1-preview	15	60	7.5		128000	o1-preview-2024-09-12
openai	o1-pro	150	600			200000	o1-pro-2025-03-19
openai	o3	2	8	0.5		200000	o3-2025-04-16
openai	o3-deep-research	10	40	2.5		200000	o3-deep-research-2025-06-26
openai	o3-mini	1.1	4.4	0.55		200000	o3-mini-2025-01-31 o3-mini-high
openai	o3-pro	20	80			200000	o3-pro-2025-06-10
openai	o4-mini	1.1	4.4	0.275		200000	o4-mini-2025-04-16 o4-mini-high
openai	o4-mini-deep-research	2	8	0.5		200000	o4-mini-deep-research-2025-06-26
openai	text-davinci-002	20	20				
openai	text-davinci-003	20	20				
openai	text-embedding-3-large	0.13				8192	
openai	text-embedding-3-small	0.02				8192	
openai	text-embedding-ada-002	0.1				8192	text-embedding-ada text-embedding-ada-002-v2
together	Austism/chronos-hermes-13b	0.3	0.3				
together	Gryphe/MythoMax-L2-13b	0.3	0.3				
together	MiniMaxAI/MiniMax-M3	0.3	1.2	0.06		524288	
together	MiniMaxAI/MiniMax-M3.1-Flash	0.15	0.6	0.015		1048576	
together	Nexusflow/NexusRaven-V2-13B	0.3	0.3				
together	NousResearch/Nous-Capybara-7B-V1p9	0.2	0.2				
together	NousResearch/Nous-Hermes-2-Mixtral-8x7B-DPO	0.9	0.9				
together	NousResearch/Nous-Hermes-2-Mixtral-8x7B-SFT	0.9	0.9				
together	NousResearch/Nous-Hermes-2-Yi-34B	0.8	0.8				
together	NousResearch/Nous-Hermes-Llama2-13b	0.225	0.225				
together	NousResearch/Nous-Hermes-llama-2-7b	0.2	0.2				
together	Open-Orca/Mistral-7B-OpenOrca	0.2	0.2				
together	Qwen/Qwen1.5-0.5B	0.1	0.1				Qwen/Qwen1.5-0.5B-Chat
together	Qwen/Qwen1.5-1.8B	0.1	0.1				Qwen/Qwen1.5-1.8B-Chat
together	Qwen/Qwen1.5-14B	0.3	0.3				Qwen/Qwen1.5-14B-Chat
together	Qwen/Qwen1.5-4B	0.1	0.1				Qwen/Qwen1.5-4B-Chat
together	Qwen/Qwen1.5-72B	0.9	0.9				
together	Qwen/Qwen1.5-7B	0.2	0.2				Qwen/Qwen1.5-7B-Chat
together	Qwen/Qwen3.5-9B	0.17	0.25			262144	
together	Qwen/Qwen3.6-Plus	0.5	3			1000000	
together	Qwen/Qwen3.7-Max	2.5	7.5	0.5			
together	Qwen/Qwen3.7-Plus	0.32	1.28			1000000	
together	Qwen/Qwen3.8-2.4T-A95B	2	6	0.5			
together	Qwen/Qwen3.8-Flash	0.15	0.47			1000000	
together	Undi95/ReMM-SLERP-L2-13B	0.3	0.3				
together	Undi95/Toppy-M-7B	0.2	0.2				
together	WizardLM/WizardLM-13B-V1.2	0.3	0.3				
together	allenai/OLMo-7B	0.2	0.2				allenai/OLMo-7B-Instruct allenai/OLMo-7B-Twin-2T
together	codellama/CodeLlama-13b-Instruct-hf	0.225	0.225				
together	codellama/CodeLlama-34b-Instruct-hf	0.776	0.776				
together	codellama/CodeLlama-70b-Instruct-hf	0.9	0.9				
together	codellama/CodeLlama-7b-Instruct-hf	0.2	0.2				
together	deepseek-ai/DeepSeek-V4-Pro-0813	1.32	3.96	0.13		1048576	
together	deepseek-ai/DeepSeek-V4.1-Flash	0.3	1.2	0.006		1000000	deepseek-ai/DeepSeek-V4.1-Flash-1017
together	deepseek-ai/deepseek-coder-33b-instruct	0.8	0.8				
together	garage-bAInd/Platypus2-70B-instruct	0.9	0.9				
together	google/gemma-2b	0.1	0.1				google/gemma-2b-it
together	google/gemma-7b	0.2	0.2				google/gemma-7b-it
together	lmsys/vicuna-13b-v1.5	0.3	0.3				
together	lmsys/vicuna-7b-v1.5	0.2	0.2				
together	meta-llama/Llama-2-13b-chat-hf	0.225	0.225				
together	meta-llama/Llama-2-70b-chat-hf	0.9	0.9				
together	meta-llama/Llama-2-7b-chat-hf	0.2	0.2				
together	meta-llama/Llama-3-70b-chat-hf	0.9	0.9				
together	meta-llama/Llama-3-8b-chat-hf	0.2	0.2				
together	meta-llama/Llama-3.3-70B-Instruct-Turbo	0.88	0.88				
together	meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8	0.27	0.85				
together	meta-llama/Llama-4-Scout-17B-16E-Instruct	0.18	0.59				
together	meta-llama/Meta-Llama-3-70B-Instruct-Lite	0.54	0.54				
together	meta-llama/Meta-Llama-3-70B-Instruct-Turbo	0.88	0.88				
together	meta-llama/Meta-Llama-3-8B-Instruct-Lite	0.1	0.1				
together	meta-llama/Meta-Llama-3-8B-Instruct-Turbo	0.18	0.18				
together	meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo	3.5	3.5				
together	meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo	0.88	0.88				
together	meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo	0.18	0.18				
together	meta-llama/Meta-Llama-3.3-70B-Instruct-Turbo	0.88	0.88				
together	meta-models/Muse-Glimmer-30B	0.35	1.5	0.04		131072	
together	meta-models/Muse-Spark-Open-816B-A42B	1.25	4.25	0.15		1048576	
together	microsoft/WizardLM-2-8x22B	1.2	1.2				
together	microsoft/phi-2	0.1	0.1				
together	mistralai/Mistral-7B-Instruct-v0.1	0.2	0.2				
together	mistralai/Mistral-7B-Instruct-v0.2	0.2	0.2				
together	mistralai/Mistral-7B-v0.1	0.2	0.2				
together	mistralai/Mixtral-8x22B-Instruct-v0.1	2.4	2.4				
together	mistralai/Mixtral-8x7B-Instruct-v0.1	0.9	0.9				
together	mistralai/Mixtral-8x7B-v0.1	0.9	0.9				
together	moonshotai/Kimi-K3	3	15	0.3		1048576	
together	moonshotai/Kimi-K3.1-Pro	2	10	0.2		1048576	
together	nvidia/NVIDIA-Nemotron-3.5-Super-VL	0.15	0.5	0.02		262144	
together	openai/gpt-oss-120b	0.15	0.6			131072	
together	openchat/openchat-3.5-1210	0.2	0.2				
together	reflection/Beam-1.0-501B-A23B	0.4	1.2	0.04		1048576	
together	ricursive-ai/Ripple-65B-Preview	0.2	0.6			131072	
together	snorkelai/Snorkel-Mistral-PairRM-DPO	0.2	0.2				
together	teknium/OpenHermes-2-Mistral-7B	0.2	0.2				
together	teknium/OpenHermes-2p5-Mistral-7B	0.2	0.2				
together	thinkingmachines/Inkling	1	4.05	0.17		524288	
together	together/Tev1-4B-experimental	0.042				32768	
together	togethercomputer/GPT-JT-Moderation-6B	0.2	0.2				
together	togethercomputer/Llama-2-7B-32K-Instruct	0.2	0.2				
together	togethercomputer/RedPajama-INCITE-7B-Base	0.2	0.2				
together	togethercomputer/RedPajama-INCITE-7B-Chat	0.2	0.2				
together	togethercomputer/RedPajama-INCITE-7B-Instruct	0.2	0.2				
together	togethercomputer/RedPajama-INCITE-Base-3B-v1	0.1	0.1				
together	togethercomputer/RedPajama-INCITE-Chat-3B-v1	0.1	0.1				
together	togethercomputer/RedPajama-INCITE-Instruct-3B-v1	0.1	0.1				
together	togethercomputer/StripedHyena-Hessian-7B	0.2	0.2				
together	togethercomputer/StripedHyena-Nous-7B	0.2	0.2				
together	togethercomputer/alpaca-7b	0.2	0.2				
together	upstage/SOLAR-10.7B-Instruct-v1.0	0.3	0.3				
together	zai-org/GLM-5.2	1.4	4.4	0.26		1048575	
together	zai-org/GLM-5.3	1.4	4.4	0.26		1048575	
together	zai-org/GLM-5.3-Flash	0.15	0.5	0.03		1048575	
together	zero-one-ai/Yi-34B	0.8	0.8				
together	zero-one-ai/Yi-6B	0.2	0.2				
x-ai	grok-2-1212	2	10			32768	grok-2 grok-2-latest	withdrawn
x-ai	grok-2-vision-1212	2	10			32768	grok-2-vision grok-2-vision-latest
x-ai	grok-3	3	15	0.75		131072	grok-3-beta grok-3-latest
x-ai	grok-3-fast	5	25	1.25		131072	grok-3-fast-beta grok-3-fast-latest
x-ai	grok-3-mini	0.3	0.5	0.075		131072	grok-3-mini-beta grok-3-mini-latest
x-ai	grok-3-mini-fast	0.6	4	0.15		131072	grok-3-mini-fast-beta grok-3-mini-fast-latest
x-ai	grok-4-0709	3	15	0.75		256000	grok-4 grok-4-latest
x-ai	grok-4-1-fast-non-reasoning	0.2	0.5	0.05		2000000	grok-4-1-fast-non-reasoning-latest
x-ai	grok-4-1-fast-reasoning	0.2	0.5	0.05		2000000	grok-4-1-fast grok-4-1-fast-reasoning-latest
x-ai	grok-4-fast-non-reasoning	0.2	0.5	0.05		2000000	grok-4-fast-non-reasoning-latest
x-ai	grok-4-fast-reasoning	0.2	0.5	0.05		2000000	grok-4-fast grok-4-fast-reasoning-latest
x-ai	grok-4.20	1.25>199999=2.5	2.5>199999=5	0.2>199999=0.4		1000000	grok-4.20-0309-non-reasoning grok-4.20-0309-reasoning
x-ai	grok-4.20-multi-agent-0309	1.25>199999=2.5	2.5>199999=5	0.2>199999=0.4		1000000	grok-4.20-multi-agent grok-4.20-multi-agent-beta-0309 grok-4.20-multi-agent-beta-latest grok-4.20-multi-agent-latest
x-ai	grok-4.3	1.25>199999=2.5	2.5>199999=5	0.2>199999=0.4		1000000	grok-4.3-latest x-ai/grok-4.3
x-ai	grok-4.5	2>199999=4	6>199999=12	0.3>199999=0.6		500000	grok-4.5-latest grok-latest x-ai/grok-4.5
x-ai	grok-4.6	2>199999=4	6>199999=12	0.5>199999=1		500000	grok-4.6-latest x-ai/grok-4.6
x-ai	grok-4.7	2>199999=4	6>199999=12	0.5>199999=1		500000	grok-4.7-latest x-ai/grok-4.7
x-ai	grok-build-0.1	1>199999=2	2>199999=4	0.2>199999=0.4		256000	
x-ai	grok-code-fast-1	0.2	1.5	0.02		256000	grok-code-fast grok-code-fast-1-0825
"""#
}
