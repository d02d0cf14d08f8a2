using System.CommandLine;
using InboundBridge.Commands.Parsing;
using InboundBridge.Commands.Sending;
using InboundBridge.Smtp.Client;
using InboundBridge.Terminal;
using Spectre.Console;

namespace InboundBridge.Commands;

/// <summary><c>send</c>: sends mail by SMTP, for trying things.</summary>
internal sealed class SendCommand(SharedOptions shared, CommandConsole console)
{
    private readonly MailOptions _mail = new();
    private readonly ServerOptions _server = new();
    private readonly Option<string[]> _to =
        new("--to") { Description = "A recipient; may be repeated.", HelpName = "ADDRESS", Required = true };
    private readonly Option<string> _from =
        new("--from")
        {
            Description = "The sender; '' for the null reverse-path.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => "sender@example.org"
        };
    private readonly Option<int> _count = NumberOption.Create("--count", ["-n"], "How many mails, one after the other.", 1);

    public Command Create()
    {
        var command = new Command("send", "Sends a mail by SMTP, for trying things. Prints what the server says of each recipient.")
        {
            _mail.File, _to, _from, _count,
        };
        foreach (var option in _mail.All.Concat(_server.All))
            command.Options.Add(option);
        _mail.AddChecks(command);
        _server.AddChecks(command);
        command.Validators.Add(result => CheckAddresses(result));
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>
    /// Odd addresses are allowed, since people want to try them. An address that can't be an argument of MAIL or RCPT is refused at once,
    /// so that it does not end a run halfway.
    /// </summary>
    private void CheckAddresses(System.CommandLine.Parsing.CommandResult result)
    {
        string[] all = [.. result.GetValue(_to) ?? [], .. _mail.Cc(result)];
        if (result.GetValue(_from) is { } from && from.Trim('<', '>') is { Length: > 0 } sender && !EnvelopeText.IsSafe(sender))
            result.AddError($"--from: '{TerminalText.Plain(from)}' is not an address");
        foreach (var address in all.Where(address => !EnvelopeText.IsSafe(address)))
            result.AddError($"'{TerminalText.Plain(address)}' is not an address to send to");
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            var from = Sender(arguments) is { Length: > 0 } sender ? sender : "postmaster@localhost";
            var mails = await _mail.ReadAsync(arguments, from, arguments.GetValue(_to)!, console.Time.GetLocalNow(), cancellationToken);
            if (await _server.ReadAsync(arguments, shared, console) is not { } options)
                return ExitCode.Usage;
            using var sessions = new SendSession(options, console.Time);
            var refused = await SendAllAsync(sessions, mails, arguments, cancellationToken);
            await sessions.QuitAsync();
            return refused == 0 ? ExitCode.Done : ExitCode.Failed;
        }
        catch (SmtpClientException fault)
        {
            // Only a refusal is the server's own reply. The code of every other fault is ours, and would look like one.
            await console.Error.WriteLineAsync(
                TerminalText.Plain(fault.Fault == SmtpFault.Refused ? fault.Message : fault.Reply.Text.ReplaceLineEndings(" ")));
            // Behind any other fault there is a server, and it need not be started.
            if (fault.Fault is SmtpFault.Unreachable or SmtpFault.TimedOut && !_server.IsGiven(arguments))
                await console.Error.WriteLineAsync(
                    "that is the first listener of the configuration: start it with 'inboundbridge run', or name another server by --server ADDRESS");
            return ExitCode.Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(TerminalText.Plain(exception.Message));
            return ExitCode.Usage;
        }
    }

    /// <returns>The number of mails of which at least one recipient was refused.</returns>
    private async Task<int> SendAllAsync(
        SendSession session, Func<int, byte[]> mails, ParseResult arguments, CancellationToken cancellationToken)
    {
        var count = arguments.GetValue(_count);
        if (count == 1)
        {
            var result = await session.SendAsync(Message(mails(1), arguments), cancellationToken);
            await PrintAsync(Recipients(arguments), result);
            return IsRefused(result) ? 1 : 0;
        }
        var summary = new SendSummary(Recipients(arguments), count);
        try
        {
            if (console.OutIsTerminal)
                await AnsiConsole.Progress().StartAsync(async progress =>
                {
                    var bar = progress.AddTask("sending", maxValue: count);
                    await SendEachAsync(() => bar.Increment(1));
                });
            else
                await SendEachAsync(() => { });
        }
        finally
        {
            // Also after a connection that broke: what was accepted is accepted.
            foreach (var line in summary.Lines)
                await console.Out.WriteLineAsync(TerminalText.Plain(line));
        }
        return summary.Refused;

        async Task SendEachAsync(Action sent)
        {
            for (var number = 1; number <= count; number++)
            {
                summary.Add(await session.SendAsync(Message(mails(number), arguments), cancellationToken));
                sent();
            }
        }
    }

    private static bool IsRefused(SmtpSendResult result) => result.Replies.Any(reply => reply.Code >= 300);

    private async Task PrintAsync(string[] recipients, SmtpSendResult result)
    {
        for (var index = 0; index < recipients.Length; index++)
        {
            await console.Out.WriteLineAsync(TerminalText.Plain(SendSummary.Line(recipients[index], result.Replies[index])));
        }
    }

    private SmtpClientMessage Message(byte[] mail, ParseResult arguments) => new()
    {
        Sender = Sender(arguments),
        Recipients = [.. Recipients(arguments).Select(address => new SmtpClientRecipient(address))],
        Content = SmtpContent.FromMemory(mail),
        SmtpUtf8 = true,
    };

    private string Sender(ParseResult arguments) => arguments.GetValue(_from)!.Trim('<', '>');

    private string[] Recipients(ParseResult arguments) => [.. arguments.GetValue(_to)!, .. _mail.Cc(arguments)];
}
