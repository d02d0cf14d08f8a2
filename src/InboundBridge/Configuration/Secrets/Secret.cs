namespace InboundBridge.Configuration.Secrets;

/// <summary>A value that no log, page, API answer or print may show. Code gets it only through <see cref="Reveal"/>.</summary>
internal sealed class Secret(string value)
{
    public const string Shown = "***";

    private readonly string _value = value;

    public string Reveal() => _value;

    public override string ToString() => Shown;
}
