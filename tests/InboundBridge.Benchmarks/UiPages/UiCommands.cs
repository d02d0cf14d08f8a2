using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.UiPages;

/// <summary><c>ui-lists</c> and <c>ui-live</c>: what the pages of the web UI cost.</summary>
internal static class UiCommands
{
    public static Command CreateLists()
    {
        var messages = Number.Whole("--messages", "Messages in the spool.", 1_000_000);
        var rounds = Number.Whole("--rounds", "Rounds; each asks for every page once, in turn.", 60);
        var folder = Folder("Where the spool lies. A spool that an earlier run filled with as many messages is used again.");
        var appliance = ApplianceBuild.SingleOption();
        var markdown = Markdown();
        var command = new Command("ui-lists", "Time to answer each page and filter of the web UI over a large spool.")
        {
            messages, rounds, folder, appliance, markdown,
        };
        command.SetAction((parsed, cancellation) => new UiListsBenchmark(
            parsed.GetValue(appliance) ?? ApplianceBuild.Default, Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(messages),
            parsed.GetValue(rounds)).RunAsync(parsed.GetValue(markdown), cancellation));
        return command;
    }

    public static Command CreateLive()
    {
        var pages = Number.Whole("--pages", "Open live pages.", 50, most: 200);
        var arguments = new LoadArguments(connections: 30);
        var command = new Command("ui-live", "Mails/s to a webhook beside open live pages of the web UI, and without any.") { pages };
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) =>
            UiLiveBenchmark.RunAsync(arguments.Read(parsed), parsed.GetValue(pages), cancellation));
        return command;
    }

    private static Option<string> Folder(string description) => new("--folder")
    {
        Description = description,
        DefaultValueFactory = _ => Path.Combine("artifacts", "benchmark"),
    };

    private static Option<string> Markdown() => new("--markdown") { Description = "File to write the table to." };
}
