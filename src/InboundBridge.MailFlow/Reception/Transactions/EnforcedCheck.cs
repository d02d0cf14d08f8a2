namespace InboundBridge.MailFlow.Reception.Transactions;

/// <summary>How strictly one check is applied.</summary>
/// <param name="Refuses">Mail that fails it is refused (<c>enforce</c>).</param>
/// <param name="Defers">Mail that it can't judge now is put off (<c>on_temporary_error: defer</c>).</param>
public readonly record struct EnforcedCheck(bool Refuses, bool Defers)
{
    /// <summary>The same check, which puts mail off that it can't judge now.</summary>
    public EnforcedCheck Deferring() => this with { Defers = Refuses };

    public static EnforcedCheck Off => default;
}
