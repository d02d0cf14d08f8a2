using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;

namespace InboundBridge.Benchmarks.Spool;

/// <summary>
/// <c>spool</c>, <c>spool once</c> and <c>backlog</c>: measure the store and the queue without SMTP.
/// The folder should be on a journaled disk; it is emptied.
/// </summary>
internal static class SpoolCommand
{
    public static Command Create()
    {
        var folder = Folder();
        var rounds = Number.Whole("--rounds", "Interleaved rounds.", 3);
        var command = new Command("spool", "Accepting and whole life, by concurrency.") { folder, rounds, CreateOnce() };
        command.SetAction((arguments, _) => SpoolBenchmark.RunAsync(arguments.GetRequiredValue(folder), arguments.GetValue(rounds)));
        return command;
    }

    public static Command CreateBacklog()
    {
        var folder = Folder();
        var count = Number.Whole("--deliveries", "Deliveries to a dead destination.", 1_000_000);
        var slices = Number.Whole("--slices", "Pairs of measurements, with the backlog and without, in turn.", 7);
        var seconds = Number.Whole("--seconds", "Of one measurement.", 5);
        var command =
            new Command(
                "backlog", "A large backlog: intake beside it against intake beside none, memory, restart.") { folder, count, slices,
                seconds };
        command.SetAction((arguments, _) => BacklogBenchmark.RunAsync(
            arguments.GetRequiredValue(folder), arguments.GetValue(count), arguments.GetValue(slices),
            TimeSpan.FromSeconds(arguments.GetValue(seconds))));
        return command;
    }

    private static Command CreateOnce()
    {
        var folder = Folder();
        var what = new Option<string>("--what") { Description = "What is done with each mail.", DefaultValueFactory = _ => "commit" };
        what.AcceptOnlyFromAmong("discard", "commit", "life");
        var lanes = Number.Whole("--concurrency", "Receptions at the same time.", 30);
        var seconds = Number.Whole("--seconds", "Of the measurement.", 5);
        var command = new Command("once", "One measurement, for a profiler.") { folder, what, lanes, seconds };
        command.SetAction((arguments, _) => SpoolBenchmark.OnceAsync(
            arguments.GetRequiredValue(folder), arguments.GetRequiredValue(what), arguments.GetValue(lanes), arguments.GetValue(seconds)));
        return command;
    }

    private static Option<string> Folder() => new("--folder") { Description = "Emptied before and after.", Required = true };
}
