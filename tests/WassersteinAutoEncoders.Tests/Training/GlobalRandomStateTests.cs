using TorchSharp;
using WassersteinAutoEncoders.Metrics;
using WassersteinAutoEncoders.Priors;
using WassersteinAutoEncoders.Training;
using WassersteinAutoEncoders.Training.Data;
using static TorchSharp.torch;

namespace WassersteinAutoEncoders.Tests.Training;

/// <summary>Nothing else may draw from libtorch's global generator meanwhile.</summary>
[Collection(LiveTensors.Name)]
public class GlobalRandomStateTests
{
    [Fact]
    public void The_global_random_state_is_part_of_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("state.safetensors");
        using var models = new TestModels();
        using var trainer = models.Trainer();
        trainer.SaveCheckpoint(path);
        var drawn = rand(4).data<float>().ToArray();
        trainer.LoadCheckpoint(path);

        Assert.Equal(drawn, rand(4).data<float>().ToArray());
    }

    [Fact]
    public void A_diagnosis_draws_from_generators_of_its_own()
    {
        using var scope = NewDisposeScope();
        var codes = randn(100, 2);
        var before = random.get_rng_state().clone();
        LatentDiagnosis.Run(codes, new GaussianPrior(2), new LatentDiagnosisOptions { Permutations = 199, PriorSamples = 4000 });
        Assert.True(before.equal(random.get_rng_state()).all().ToBoolean());
    }

    [Fact]
    public void One_call_and_the_options_seed_decide_a_run_with_its_modules()
    {
        Assert.Equal(Run(3), Run(3));
        Assert.NotEqual(Run(3), Run(4));

        float[] Run(long seed)
        {
            GlobalRandom.Seed(seed);
            using var encoder = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.2), nn.Linear(8, TestModels.Dimension));
            using var decoder = nn.Linear(TestModels.Dimension, 4);
            using var examples = rand(20, 4);
            using var trainer = new WaeTrainer(encoder, decoder, new TestModels.NormalPrior(), new TestModels.MomentDivergence(), new WaeTrainerOptions { EncoderNoise = new TruncatedGaussianNoise() });
            trainer.Fit(new TensorBatcher(examples, 5), 2);
            return [.. encoder.parameters().Concat(decoder.parameters()).SelectMany(p => p.data<float>().ToArray())];
        }
    }
}
