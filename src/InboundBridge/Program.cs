using InboundBridge.Commands;

return await new CommandLine(CommandConsole.OfProcess(), new HostActions()).RunAsync(args);
