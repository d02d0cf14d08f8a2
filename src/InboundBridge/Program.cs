using InboundBridge.Commands;
using InboundBridge.Hosting;
using InboundBridge.Smtp.Wire;

PollingThread.Prepare();
if (StartAhead.IsFor(args))
    _ = StartAhead.BeginAsync();
return await new CommandLine(CommandConsole.OfProcess(), HostCommands.Actions).RunAsync(args);
