using InboundBridge.Commands;
using InboundBridge.Hosting;

return await new CommandLine(CommandConsole.OfProcess(), HostCommands.Actions).RunAsync(args);
