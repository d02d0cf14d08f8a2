namespace InboundBridge.Rules.Scripting;

/// <summary>
/// The cost and the answers of one mail's scripts. A script that does not look at the recipient runs once for all recipients. A mail whose
/// scripts ended a worker or used up their time gets no more runs, because other mails wait for the same workers.
/// </summary>
internal sealed class ScriptAccount
{
    private readonly Dictionary<(object Script, string? Recipient, string? Vars), ScriptAnswer> _answers = [];
    private ScriptData? _data;
    private ScriptMail? _mail;

    /// <summary>Time that workers have spent on this mail.</summary>
    public TimeSpan Used { get; private set; }

    /// <summary>Why no more scripts run for this mail; null while they may run.</summary>
    public string? Closed { get; private set; }

    /// <summary>The mail as scripts see it. When its version has changed, earlier answers are discarded.</summary>
    public ScriptMail MailOf(ScriptData data)
    {
        if (_mail is not null && ReferenceEquals(_data, data))
            return _mail;
        if (_data is null || !Equals(_data.Version, data.Version))
            _answers.Clear();
        _data = data;
        return _mail = ScriptMail.From(data.Json);
    }

    public ScriptAnswer? AnswerOf((object Script, string? Recipient, string? Vars) question) => _answers.GetValueOrDefault(question);

    public void Keep((object Script, string? Recipient, string? Vars) question, ScriptAnswer answer) => _answers[question] = answer;

    public void Charge(TimeSpan time, ScriptLimits limits)
    {
        Used += time;
        if (Used > limits.MessageTimeout)
            Closed ??= $"the scripts of this mail took more than {limits.MessageTimeout.TotalMilliseconds:0} ms together";
    }

    public void Close(string reason) => Closed ??= reason;
}
