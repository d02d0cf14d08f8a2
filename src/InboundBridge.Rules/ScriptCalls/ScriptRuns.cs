using System.Text.Json;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.State;

namespace InboundBridge.Rules.ScriptCalls;

/// <summary>
/// Runs the scripts that an evaluation needs. A script that does not look at the
/// recipient or at vars runs once for all recipients of a mail.
/// </summary>
/// <param name="runner">Null: scripts are not available, and each counts as failed.</param>
internal sealed class ScriptRuns(IScriptRunner? runner)
{
    public async ValueTask<ScriptAnswer> RunAsync(ScriptCall call, EvaluationState state, CancellationToken cancellationToken)
    {
        if (runner is null)
            return ScriptAnswer.Failed(call.Source, "scripts are not available here");
        var account = state.Facts.Scripts;
        var reads = call.Source.Reads;
        if (await state.Facts.ReadMessageJsonAsync(reads.Fields, cancellationToken) is not { } data)
            return await RunAsync(call, state, account, ScriptMail.From(ScriptMessage.FromFacts(state.Facts, state.Recipient)),
                cancellationToken);
        var mail = account.MailOf(data);
        var question = (call.Key, reads.Recipient ? state.Recipient.Address : null, reads.Vars ? VarsOf(state) : null);
        if (account.AnswerOf(question) is not { } answer)
            account.Keep(question, answer = await RunAsync(call, state, account, mail, cancellationToken));
        return answer;
    }

    private ValueTask<ScriptAnswer> RunAsync(ScriptCall call, EvaluationState state, ScriptAccount account, ScriptMail mail,
        CancellationToken cancellationToken)
    {
        var vars = new Dictionary<string, string>(StringComparer.Ordinal);
        if (call.Source.Reads.Vars)
        {
            foreach (var (name, value) in state.Vars)
                vars.Add(name, value);
        }
        return runner!.RunAsync(
            new ScriptRequest(call.Source, call.Purpose, mail.Show(call.Source.Reads), state.Recipient.Address, vars) { Account = account },
            cancellationToken);
    }

    private static string VarsOf(EvaluationState state) =>
        state.Vars.Count == 0 ? string.Empty : JsonSerializer.Serialize(state.Vars.OrderBy(entry => entry.Key, StringComparer.Ordinal));
}
