using System.CommandLine;
using InboundBridge.Benchmarks.Arguments;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Scripts;

/// <summary><c>scripts</c>: what a script condition costs a mail, and what its worker process takes of the memory.</summary>
internal static class ScriptsCommand
{
    /// <summary>Reads two members, and runs on every engine that the product had.</summary>
    private const string UsualScript = "message.subject.indexOf('load') >= 0 && message.text.length > 0";

    public static Command Create()
    {
        var rounds = Number.Whole("--rounds", "Rounds that count; each runs every build once, in turn.", 9);
        var mails = Number.Whole("--mails", "Mails of each kind in a round.", 2000);
        var script = new Option<string>("--script")
        {
            Description = "The condition, in JavaScript; it must be true of every mail.",
            DefaultValueFactory = _ => UsualScript,
        };
        var folder = new Option<string>("--folder")
        {
            Description = "Emptied; where the spools lie.",
            DefaultValueFactory = _ => Path.Combine("artifacts", "benchmark"),
        };
        var appliance = ApplianceBuild.Option();
        var markdown = new Option<string>("--markdown") { Description = "File to write the tables to." };
        var command = new Command(
            "scripts",
            "Mails over one SMTP session, refused after their data by a rule with a script condition and by one without, in turn: the "
            + "difference is the script's, and no disk takes part. Time to the reply, processor time of all processes, memory of a worker at "
            + "rest; and the round trip to a worker of the build beside this harness.")
        { rounds, mails, script, folder, appliance, markdown };
        command.SetAction((parsed, cancellation) => ScriptsBenchmark.RunAsync(
            new ScriptsOptions(
                parsed.GetValue(appliance) ?? [ApplianceBuild.Default], parsed.GetValue(rounds), parsed.GetValue(mails),
                parsed.GetValue(script)!, Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(markdown)),
            cancellation));
        return command;
    }
}
