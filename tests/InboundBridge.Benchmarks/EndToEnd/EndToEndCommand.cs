using System.CommandLine;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary><c>end-to-end</c>: mails through the whole appliance to a webhook, next to the same load into Postfix's smtp-sink.</summary>
internal static class EndToEndCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Rounds; each runs every system once, in turn.", DefaultValueFactory = _ => 5 };
        var messages = new Option<int>("--messages") { Description = "Mails of one run.", DefaultValueFactory = _ => 20_000 };
        var connections = new Option<int>("--connections") { Description = "Parallel SMTP sessions.", DefaultValueFactory = _ => 30 };
        var size = new Option<int>("--size") { Description = "Octets of a mail's body.", DefaultValueFactory = _ => 4096 };
        var rules = new Option<int>("--rules") { Description = "Rules, of which the last one matches.", DefaultValueFactory = _ => 50 };
        var format = new Option<string>("--format") { Description = "Webhook format.", DefaultValueFactory = _ => "json" };
        var onePerConnection = new Option<bool>("--one-a-connection") { Description = "A new connection for each mail." };
        var folder = new Option<string>("--folder") { Description = "Where the spool lies: the disk that is measured.", DefaultValueFactory = _ => Path.Combine("artifacts", "end-to-end") };
        var appliance = new Option<string[]>("--appliance") { Description = "PATH or NAME=PATH of an inboundbridge.dll or executable; several times to compare builds. The one built with this harness if not given.", DefaultValueFactory = _ => [] };
        var systems = new Option<string[]>("--systems") { Description = $"Comma-separated, of: {string.Join(", ", SystemCatalog.All)}.", DefaultValueFactory = _ => [.. SystemCatalog.Default] };
        var all = new Option<bool>("--all") { Description = "Every system." };
        var markdown = new Option<string>("--markdown") { Description = "File to write the tables to." };
        var command = new Command("end-to-end", "Mails/s from SMTP to a webhook, and as a ratio to smtp-sink, which throws them away.")
        {
            rounds, messages, connections, size, rules, format, onePerConnection, folder, appliance, systems, all, markdown,
        };
        command.SetAction((parsed, cancellation) => EndToEndBenchmark.RunAsync(
            new LoadOptions
            {
                Rounds = parsed.GetValue(rounds),
                Messages = parsed.GetValue(messages),
                Connections = parsed.GetValue(connections),
                Size = parsed.GetValue(size),
                Rules = parsed.GetValue(rules),
                Format = parsed.GetValue(format)!,
                OnePerConnection = parsed.GetValue(onePerConnection),
                Systems = parsed.GetValue(all) ? SystemCatalog.All : [.. parsed.GetValue(systems)!.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
                Appliances = ApplianceBuild.Parse(parsed.GetValue(appliance)!),
                Folder = Path.GetFullPath(parsed.GetValue(folder)!),
                MarkdownFile = parsed.GetValue(markdown),
            },
            cancellation));
        return command;
    }
}
