using InboundBridge;
using InboundBridge.Commands;
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
return await new CommandLine(CommandConsole.OfProcess(), HostCommands.Actions).RunAsync(args);
