using System.CommandLine;
using System.Text.Json.Nodes;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Publishing;
using InboundBridge.Terminal;

namespace InboundBridge.Commands;

/// <summary><c>dns</c>: prints the records to publish for a domain, and checks what is published.</summary>
internal sealed class DnsCommand(SharedOptions shared, CommandConsole console, HostActions host)
{
    private readonly Argument<string> _domain =
        new("DOMAIN") { Description = "One of the configuration's domains, or a domain of a relay's srs, dkim or arc." };

    private readonly Option<bool> _json = new("--json") { Description = "JSON instead of text." };

    public Command Create()
    {
        var command = new Command("dns", "Prints the DNS records to publish for a domain, and checks those that are published.")
        {
            _domain,
            _json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (!HostNameText.TryParse(arguments.GetRequiredValue(_domain), out var domain))
        {
            await console.Error.WriteLineAsync($"'{TerminalText.Plain(arguments.GetRequiredValue(_domain))}' is no domain");
            return ExitCode.Usage;
        }
        var outcome = ConfigurationReader.Read(shared.Source(arguments));
        if (outcome.Options is not { } options || host.Resolver is not { } resolver)
        {
            foreach (var problem in outcome.Problems.Items.Where(problem => !problem.IsWarning))
                await console.Error.WriteLineAsync(problem.ToString());
            return ExitCode.Usage;
        }
        var role = new DomainRole(options, domain);
        if (!role.IsKnown)
        {
            await console.Error.WriteLineAsync(
                $"mail for {domain} is not accepted here: it is none of 'domains' in {options.File ?? "the built-in defaults"}, and no "
                + "relay rewrites senders to it or signs as it");
            return ExitCode.Usage;
        }
        IReadOnlyList<RecordFinding> findings;
        string? silence;
        try
        {
            var dns = resolver(options.Dns, console.Time);
            var fetch = host.FetchPolicy ?? ((name, stop) => MtaStsProbe.FetchAsync(name, dns, console.Time, stop));
            var greet = host.Greet ?? ((server, stop) => MailPortProbe.GreetAsync(server, console.Time, stop));
            var records = new DomainRecords(options, domain, role, dns, console.Time, fetch, greet);
            findings = await records.CheckAsync(cancellationToken);
            silence = records.Silence;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException
            or System.Security.Cryptography.CryptographicException)
        {
            await console.Error.WriteLineAsync(fault.Message);
            return ExitCode.Usage;
        }
        if (arguments.GetValue(_json))
        {
            var json = Json(findings, role.SeeAlso);
            await console.Out.WriteLineAsync(console.OutIsTerminal ? VisibleText.OfJson(json) : json);
        }
        else
        {
            Print(findings);
            foreach (var other in role.SeeAlso)
                await console.Out.WriteLineAsync($"; see also: inboundbridge dns {other}");
        }
        if (silence is not null)
        {
            var servers = string.Join(", ", options.Dns.Servers.Count > 0 ? options.Dns.Servers : DnsResolverOptions.SystemServers());
            await console.Error.WriteLineAsync(
                $"no DNS server answers ({servers}), so nothing was compared: {TerminalText.Plain(silence)}. dns.servers names others.");
            return ExitCode.Usage;
        }
        return findings.Any(finding => finding.State == RecordState.ToDo) ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>Records as lines of a zone file; what was found and what to do are comments there.</summary>
    private void Print(IReadOnlyList<RecordFinding> findings)
    {
        var text = new TerminalText(console.Out, console.UsesColour);
        foreach (var finding in findings)
        {
            var state = finding.State switch
            {
                RecordState.Ok => text.Good("; ok"),
                RecordState.Warning => text.Open("; warning"),
                _ => text.Bad("; to do"),
            };
            text.Line(finding.IsRecord ? finding.Line : $"; {finding.Line}");
            text.Line(finding.Advice is { } advice ? $"{state}: {TerminalText.Plain(advice)}" : state);
            // What is published comes from others.
            foreach (var published in finding.State == RecordState.Ok ? [] : finding.Published)
                text.Line($";   published: {TerminalText.Plain(published)}");
        }
    }

    private static string Json(IReadOnlyList<RecordFinding> findings, IReadOnlyList<string> seeAlso)
    {
        var items = new JsonArray();
        foreach (var finding in findings)
        {
            var published = new JsonArray();
            foreach (var text in finding.Published)
                published.Add((JsonNode?)text);
            var item = new JsonObject
            {
                ["name"] = finding.Name,
                ["type"] = finding.Type,
                ["value"] = finding.Value,
                ["state"] = finding.State switch { RecordState.Ok => "ok", RecordState.Warning => "warning", _ => "to_do" },
                ["published"] = published,
                ["advice"] = finding.Advice,
            };
            items.Add((JsonNode?)item);
        }
        var others = new JsonArray([.. seeAlso.Select(name => (JsonNode?)name)]);
        return new JsonObject { ["items"] = items, ["see_also"] = others }.ToJsonString(CommandJson.Indented);
    }
}
