using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary><c>spool</c>: backs a spool up, moves it to another store, and checks it (docs/backup.md).</summary>
internal sealed class SpoolCommand(SharedOptions shared, CommandConsole console)
{
    public Command Create()
    {
        var calls = new SpoolCalls(shared, console);
        return new Command("spool", "Backs the spool up, moves it to another store, and checks it.")
        {
            new SpoolExportCommand(calls).Create(),
            new SpoolImportCommand(calls).Create(),
            new SpoolVerifyCommand(calls).Create(),
            new SpoolReopenCommand(calls).Create(),
        };
    }
}
