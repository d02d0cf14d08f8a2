using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Mime;
using InboundBridge.Benchmarks.Soak;
using InboundBridge.Benchmarks.Spool;

var root = new RootCommand("Measures InboundBridge. Build with -c Release.") { EndToEndCommand.Create(), MimeCommand.Create(), SpoolCommand.Create(), SpoolCommand.CreateBacklog(), SoakCommand.Create() };
return await root.Parse(args).InvokeAsync();
