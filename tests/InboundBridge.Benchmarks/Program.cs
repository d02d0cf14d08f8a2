using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Mime;

var root = new RootCommand("Measures InboundBridge. Build with -c Release.") { EndToEndCommand.Create(), MimeCommand.Create() };
return await root.Parse(args).InvokeAsync();
