using System.Text.Json.Nodes;

namespace WassersteinAutoEncoders.Benchmarks;

/// <summary>The other side of a comparison.</summary>
internal abstract record Other;

/// <summary>The same work in PyTorch.</summary>
/// <param name="Request">The peer's case and its arguments.</param>
internal sealed record InPyTorch(JsonObject Request) : Other;

/// <summary>The same work written by hand over TorchSharp, in this process.</summary>
/// <param name="Make">Makes it; the result is called once a round.</param>
internal sealed record ByHand(Func<Action> Make) : Other;
