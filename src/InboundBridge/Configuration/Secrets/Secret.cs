namespace InboundBridge.Configuration.Secrets;

/// <summary>A value that must not appear in logs, pages, API answers or output. Only <see cref="Reveal"/> returns it.</summary>
internal sealed class Secret(string value)
{
    public const string Shown = "***";

    private readonly string _value = value;

    public string Reveal() => _value;

    public override string ToString() => Shown;
}
