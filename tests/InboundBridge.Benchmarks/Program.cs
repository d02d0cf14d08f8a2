using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Mime;
using InboundBridge.Benchmarks.Rules;
using InboundBridge.Benchmarks.Spool;

var root = new RootCommand("Measures InboundBridge. Build with -c Release.") { EndToEndCommand.Create(), MimeCommand.Create(), RulesCommand.Create(), SpoolCommand.Create(), SpoolCommand.CreateBacklog() };
return await root.Parse(args).InvokeAsync();
