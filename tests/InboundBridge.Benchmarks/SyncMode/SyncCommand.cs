using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.SyncMode;

/// <summary><c>sync-mode</c>: what it costs that a webhook is asked before the mail is accepted, and whom a hanging one delays.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var arguments = new LoadArguments(connections: 30);
        var hangs = new Option<bool>("--hanging")
        {
            Description = "Measures the wait of other senders while a destination that is asked never answers, instead of the cost.",
        };
        var retain = new Option<string>("--retain")
        {
            Description = "How long delivered mails stay on record. With 0s, mail that was taken at once is never stored.",
            DefaultValueFactory = _ => "3d",
        };
        var rate = Number.Whole("--rate", "Mails a second, the same for both: an equal load. 0: as many as each takes.", 1500, least: 0);
        var command =
            new Command(
                "sync-mode",
                "The appliance with mode: sync and with mode: queue side by side, with a receiver that answers after a millisecond.")
            {
                hangs,
                retain,
                rate,
            };
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var load = arguments.Read(parsed);
            return parsed.GetValue(hangs)
                ? HangingBenchmark.RunAsync(load, cancellation)
                : SyncCostBenchmark.RunAsync(load, parsed.GetValue(retain)!, parsed.GetValue(rate), cancellation);
        });
        return command;
    }
}
