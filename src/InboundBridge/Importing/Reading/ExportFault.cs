using InboundBridge.Yaml;

namespace InboundBridge.Importing.Reading;

/// <summary>An export can't be read any further.</summary>
internal sealed class ExportFault : Exception
{
    public ExportFault()
    {
    }

    public ExportFault(string message)
        : base(message)
    {
    }

    public ExportFault(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ExportFault(SourcePosition position, string message)
        : base(message) => Position = position;

    public SourcePosition Position { get; }
}
