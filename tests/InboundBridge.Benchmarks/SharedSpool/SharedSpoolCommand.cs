using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>
/// <c>shared-spool</c>: appliances that share a spool in a private PostgreSQL, next to what plain statements reach on that database.
/// </summary>
internal static class SharedSpoolCommand
{
    public static Command Create()
    {
        var nodes = Number.Whole("--nodes", "Appliances that share the spool.", 2, most: 20);
        var rounds = Number.Whole("--rounds", "Rounds; each runs both sides in turn.", 5);
        var messages = Number.Whole("--messages", "Mails of one run.", 15_000);
        var connections = Number.Whole(
            "--connections", "SMTP sessions over all nodes; of each node with --compare-nodes.", 100, most: 5000);
        var sync = Number.Whole("--sync-ms", "Milliseconds that a sync of the database takes at least; needs gcc.", 0, least: 0, most: 500);
        var warmUp = Number.Whole("--warm-up", "Seconds that the nodes run before it counts.", 20, least: 0, most: 3600);
        var backlog = Number.Whole("--backlog", "Deliveries to a dead destination; measures intake beside them instead.", 0, least: 0);
        var compare = new Option<bool>("--compare-nodes")
        {
            Description = "Measures the database's CPU a mail with 1, 2 and 3 nodes instead.",
        };
        var settings = new Option<string[]>("--set") { Description = "A setting of PostgreSQL, as name=value; may be repeated." };
        var markdown = new Option<string>("--markdown") { Description = "File to write the table to." };
        var folder = new Option<string>("--folder")
        {
            Description = "Emptied; PostgreSQL's data lie there. The account postgres must be able to reach it.",
            DefaultValueFactory = _ => "/tmp/ib-shared-spool",
        };
        var appliance = ApplianceBuild.SingleOption();
        var command = new Command(
            "shared-spool",
            "Several appliances on one PostgreSQL, next to what plain statements reach on it. As root, with Debian's postgresql.")
        {
            nodes, rounds, messages, connections, sync, warmUp, backlog, compare, settings, markdown, folder, appliance,
        };
        command.SetAction((parsed, cancellation) => SharedSpoolRun.RunAsync(
            new SharedSpoolOptions
            {
                Nodes = parsed.GetValue(nodes),
                Rounds = parsed.GetValue(rounds),
                Messages = parsed.GetValue(messages),
                Connections = parsed.GetValue(connections),
                SyncMilliseconds = parsed.GetValue(sync),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Settings = parsed.GetValue(settings) ?? [],
                MarkdownFile = parsed.GetValue(markdown),
                Folder = Path.GetFullPath(parsed.GetValue(folder)!),
                Appliance = parsed.GetValue(appliance) ?? ApplianceBuild.Default,
            },
            parsed.GetValue(backlog), parsed.GetValue(compare), cancellation));
        return command;
    }
}
