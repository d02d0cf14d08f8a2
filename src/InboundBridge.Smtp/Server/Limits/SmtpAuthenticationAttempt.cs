namespace InboundBridge.Smtp.Server.Limits;

/// <summary>
/// One attempt to authenticate. It counts as failed unless <see cref="Succeeded"/>
/// or <see cref="Forgive"/> is called before it is disposed.
/// </summary>
internal sealed class SmtpAuthenticationAttempt(SmtpAuthenticationLimiter limiter, UInt128? client) : IDisposable
{
    private string? _tried;
    private bool _counts = true;
    private bool _isOver;

    /// <summary>Call it before looking the user up. False when the name may not be tried now.</summary>
    public bool MayTry(string name)
    {
        if (_tried is not null)
            return true;
        if (!limiter.TryName(client, name))
            return false;
        _tried = name;
        return true;
    }

    public void Succeeded()
    {
        _counts = false;
        if (_tried is { } name)
            limiter.NameSucceeded(client, name);
        Dispose();
    }

    /// <summary>The attempt doesn't count: the client named no user, or the fault is ours.</summary>
    public void Forgive()
    {
        _counts = false;
        if (_tried is { } name)
            limiter.NotTried(name);
        Dispose();
    }

    public void Dispose()
    {
        if (_isOver)
            return;
        _isOver = true;
        if (client is { } key)
            limiter.End(key, _counts);
    }
}
