using InboundBridge;
using InboundBridge.Commands;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration.Sources;
using InboundBridge.Hosting;
using InboundBridge.Hosting.Running;
using InboundBridge.Rules.Scripting.Workers;
using InboundBridge.Setup;
using InboundBridge.Smtp.Polling;
using InboundBridge.Terminal;

// A script worker is nothing but its loop: no command line, no threads for connections.
if (args is [ScriptWorkers.Argument, .. var deliveries])
    return ScriptWorker.RunAsChild(deliveries);
if (StartAhead.IsFor(args))
    CollectorBudget.Apply();
PollingThread.UseOnePerProcessor();
if (StartAhead.IsFor(args))
    _ = StartAhead.BeginAsync();
var console = CommandConsole.OfProcess();
return PlainRun.Reads(args, out var file)
    ? await HostCommands.Actions.Run!(ConfigurationSource.OfProcess(file, []), console, CancellationToken.None)
    : await new CommandLine(console, HostCommands.Actions).RunAsync(args);
