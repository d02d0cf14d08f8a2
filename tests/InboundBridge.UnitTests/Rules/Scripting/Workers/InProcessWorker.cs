using System.IO.Pipelines;
using System.Text;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

/// <summary>The worker's loop on a thread of the test, over pipes in memory.</summary>
internal static class InProcessWorker
{
    public static ScriptWorkerProcess Start()
    {
        var requests = new Pipe();
        var answers = new Pipe();
        var worker = new Thread(() =>
        {
            ScriptWorker.Run(requests.Reader.AsStream(), answers.Writer.AsStream(), RuleFixture.KindNames);
            answers.Writer.Complete();
        })
        { IsBackground = true };
        worker.Start();
        return new ScriptWorkerProcess(requests.Writer.AsStream(), answers.Reader.AsStream(), () =>
        {
            requests.Writer.Complete();
            answers.Reader.CancelPendingRead();
            answers.Writer.Complete();
        });
    }

    public static ScriptWorkerPool Pool(ScriptLimits? limits = null) =>
        new(limits ?? new ScriptLimits { Timeout = TimeSpan.FromSeconds(10) }, Start, TimeProvider.System, size: 1);

    public static ScriptRequest Request(
        string source, ScriptPurpose purpose = ScriptPurpose.Condition, string message = "{}", params (string Name, string Value)[] vars) =>
        new(new ScriptSource(source, "test.js"), purpose, Encoding.UTF8.GetBytes(message), "bob@example.com",
            vars.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal));
}
