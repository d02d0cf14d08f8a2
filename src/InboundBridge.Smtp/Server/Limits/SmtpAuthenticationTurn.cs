namespace InboundBridge.Smtp.Server.Limits;

/// <summary>One attempt to authenticate, which counts as failed unless it is said otherwise before it is disposed.</summary>
internal sealed class SmtpAuthenticationTurn(SmtpAuthenticationLimiter limiter, UInt128? client) : IDisposable
{
    private string? _tried;
    private bool _counts = true;
    private bool _isOver;

    /// <summary>Asked before the user's secret is. False: nobody may try this name now.</summary>
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

    /// <summary>Nobody was named, or the fault is ours.</summary>
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
