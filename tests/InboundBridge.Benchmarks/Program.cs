using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;

var root = new RootCommand("Measures InboundBridge. Build with -c Release.") { EndToEndCommand.Create() };
return await root.Parse(args).InvokeAsync();
