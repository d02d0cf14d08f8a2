using System.CommandLine;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using InboundBridge.Commands.Sending;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Mime;
using InboundBridge.Rules.Yaml;

namespace InboundBridge.Commands;

/// <summary><c>explain MAIL.eml --to A</c>: what would happen to a mail, and why.</summary>
internal sealed class ExplainCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Argument<string> _file = new("MAIL.eml") { Description = "The mail, '-' for standard input. Bare line feeds become CRLF." };
    private readonly Option<string[]> _to = new("--to") { Description = "A recipient; may be repeated.", HelpName = "ADDRESS", Required = true };
    private readonly Option<string?> _from = new("--from") { Description = "The sender; '' for the null reverse-path. Default: the first address in From.", HelpName = "ADDRESS" };
    private readonly Option<string> _client = new("--client-ip") { Description = "Who brings it.", HelpName = "IP", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<string> _helo = new("--helo") { Description = "What EHLO says.", HelpName = "NAME", DefaultValueFactory = _ => "localhost" };
    private readonly Option<bool> _json = new("--json") { Description = "Everything as one JSON object (docs/api.md)." };
    private readonly Option<bool> _credentials = new("--with-credentials")
    {
        Description = "With --json or --curl: what signs in at receivers (Authorization, your headers, tokens in URLs) as it would be sent.",
    };

    private readonly Option<bool> _curl = new("--curl") { Description = "Only the webhook requests, as shell commands that send them." };

    public Command Create()
    {
        _client.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && !IPAddress.TryParse(text, out _))
                result.AddError($"'{text}' is no IP address");
        });
        var command = new Command("explain", "What would happen to a mail: replies, each rule with its conditions, the plan, the requests. No side effects.")
        {
            _file, _to, _from, _client, _helo, _json, _curl, _credentials,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (await ReadAsync(arguments, cancellationToken) is not { } mail)
            return ExitCode.Usage;
        if (mail.Problem() is { } problem)
        {
            await console.Error.WriteLineAsync(problem);
            return ExitCode.Usage;
        }
        var problems = new SourceProblems();
        var explanation = await host.Explain!(shared.Source(arguments), mail, console.Time, problems, cancellationToken);
        foreach (var found in problems.Items)
            await console.Error.WriteLineAsync(found.ToString());
        if (explanation is null)
            return ExitCode.Failed;
        await PrintAsync(explanation, arguments);
        return ExitCode.Done;
    }

    private async Task PrintAsync(MailExplanation explanation, ParseResult arguments)
    {
        if (arguments.GetValue(_json))
            await console.Out.WriteLineAsync(new ExplanationJson(showsCredentials: arguments.GetValue(_credentials)).Of(explanation).ToJsonString(Layout));
        else if (arguments.GetValue(_curl))
            await PrintCommandsAsync(explanation, arguments.GetValue(_credentials));
        else
            new ExplanationText(new TerminalText(console.Out, console.UsesColour)).Write(explanation);
    }

    private async Task PrintCommandsAsync(MailExplanation explanation, bool withCredentials)
    {
        foreach (var planned in explanation.Plan.Where(planned => planned.Request is not null))
        {
            if (planned.Request!.Problem is { } problem)
                await console.Error.WriteLineAsync($"{planned.Delivery.Destination}: {problem}");
            else
                await console.Out.WriteAsync($"# {planned.Delivery.Destination}\n{CurlCommand.Of(withCredentials ? planned.Request : planned.Request.WithoutCredentials())}");
        }
    }

    private async Task<TrialMail?> ReadAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            var octets = CrlfText.Of(await MailFile.ReadAsync(arguments.GetValue(_file)!, cancellationToken));
            return new TrialMail
            {
                Sender = (arguments.GetValue(_from) ?? FirstFrom(octets)).Trim('<', '>'),
                Recipients = arguments.GetValue(_to)!,
                Octets = octets,
                ClientIp = IPAddress.Parse(arguments.GetValue(_client)!),
                Helo = arguments.GetValue(_helo)!,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(exception.Message);
            return null;
        }
    }

    private static string FirstFrom(byte[] octets) =>
        MimeMessage.Open(MimeSource.FromMemory(octets)).From.Select(mailbox => mailbox.Address).FirstOrDefault(string.Empty);
}
