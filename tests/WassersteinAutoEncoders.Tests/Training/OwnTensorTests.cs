using TorchSharp;
using WassersteinAutoEncoders.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>What a look at the model returns is the caller's own, whatever the modules return.</summary>
public class OwnTensorTests
{
    public static TheoryData<string> Kinds => ["input", "view", "own"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Looks_give_tensors_of_the_callers_own(string kind)
    {
        using var scope = NewDisposeScope();
        using var encoder = new Returning(kind);
        using var decoder = new Returning(kind);
        using var trainer = new WaeTrainer(encoder, decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence());
        var input = ones(3, TestModels.Dimension);
        foreach (var look in (Func<Tensor>[])[() => trainer.Model.Encode(input), () => trainer.Model.Decode(input), () => trainer.Model.Reconstruct(input), () => trainer.Model.Sample(3)])
        {
            var result = look();
            Assert.False(result.IsInvalid);
            Assert.NotSame(input, result);
            result.fill_(7);
            Assert.Equal(1, input.max().ToDouble());
            Assert.Equal(0, encoder.Kept.max().ToDouble());
            result.Dispose();
            Assert.False(input.IsInvalid);
            Assert.False(encoder.Kept.IsInvalid);
        }
    }

    private sealed class Returning : Module<Tensor, Tensor>
    {
        private readonly string _kind;

        public Returning(string kind) : base(nameof(Returning))
        {
            _kind = kind;
            register_parameter("unused", Parameter(zeros(1)));
            RegisterComponents();
        }

        public Tensor Kept { get; } = zeros(3, TestModels.Dimension);

        public override Tensor forward(Tensor input) => _kind switch
        {
            "input" => input,
            "view" => input.view(input.shape),
            _ => Kept,
        };
    }
}
