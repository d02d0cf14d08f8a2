namespace InboundBridge.MailFlow.Verdicts;

/// <summary>The result of one method of sender authentication (RFC 8601 §2.7). Each method uses some of them.</summary>
public enum CheckResult
{
    /// <summary>Nothing to check: no record, no signature, or the check was not asked.</summary>
    None,
    Pass,
    Fail,

    /// <summary>SPF only: the domain believes, without certainty, that the client is not its own (RFC 7208 §2.6.5).</summary>
    SoftFail,
    Neutral,

    /// <summary>Good, but our limits or policy do not accept it (RFC 8601 §2.7.1).</summary>
    Policy,

    /// <summary>May be different soon: the DNS did not answer, or a budget was used up.</summary>
    TempError,

    /// <summary>What was published or signed can't be interpreted.</summary>
    PermError,
}
