using System.CommandLine;
using InboundBridge.MailFlow.Spool;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary><c>spool reopen</c>.</summary>
internal sealed class SpoolReopenCommand(SpoolCalls calls)
{
    public Command Create()
    {
        var command = new Command(
            "reopen", "Opens a spool again that 'spool export --move' closed. Only if its export was not imported: else mail is sent twice.");
        command.SetAction((arguments, cancellationToken) => calls.RunAsync(arguments, place => RunAsync(place, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(SpoolPlace place, CancellationToken cancellationToken)
    {
        if (!await SpoolMoves.ReopenAsync(place, calls.Console.Time, cancellationToken))
        {
            await calls.Console.Error.WriteLineAsync("the spool was not moved: nothing to do");
            return ExitCode.Done;
        }
        await calls.Console.Error.WriteLineAsync("the spool is open again: do not import its export anywhere");
        return ExitCode.Done;
    }
}
