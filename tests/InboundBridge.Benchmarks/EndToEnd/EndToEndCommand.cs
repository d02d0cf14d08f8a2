using System.CommandLine;
using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary><c>end-to-end</c>: sends the same load of mails through each of several systems.</summary>
internal static class EndToEndCommand
{
    public static Command Create()
    {
        var arguments = new LoadArguments(connections: 30);
        var onePerConnection = new Option<bool>("--one-a-connection") { Description = "A new connection for each mail." };
        var senderChecks = new Option<bool>("--sender-checks")
        {
            Description =
                "Mails with a DKIM signature, and every system checks who sent them: SPF, DKIM, and DMARC where it can. As root, in a network of its own with its own DNS.",
        };
        var command =
            new Command(
                "end-to-end",
                "Mails/s from SMTP to a webhook, and as a ratio to smtp-sink, which throws them away, and to other servers.")
            {
                onePerConnection,
                senderChecks,
            };
        arguments.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(senderChecks) && arguments.Names(result).Contains(ApplianceBuild.DefaultUncheckedName))
                result.AddError($"--systems: {ApplianceBuild.DefaultUncheckedName} is there only with --sender-checks");
        });
        command.SetAction((parsed, cancellation) =>
        {
            var checks = parsed.GetValue(senderChecks);
            if (checks)
                PrivateNetwork.Enter();
            var load = checks ? arguments.ReadWith(new CheckedSender(), parsed) : arguments.Read(parsed);
            return EndToEndBenchmark.RunAsync(load with { OnePerConnection = parsed.GetValue(onePerConnection) }, cancellation);
        });
        return command;
    }
}
