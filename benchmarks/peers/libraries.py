"""The same work by other libraries, as the process of peer.py with other cases; each library is imported when it is asked for."""
import torch

import peer


def pair(n, d):
    return torch.randn(n, d, requires_grad=True), torch.randn(n, d)


def gradient_of(value, n, d):
    """One value and its gradient in the codes."""
    q, p = pair(n, d)

    def step():
        q.grad = None
        value(q, p).backward()

    return step


def geomloss_case(loss, n, d, blur):
    from geomloss import SamplesLoss
    return gradient_of(SamplesLoss(loss, p=2, blur=blur, backend="tensorized"), n, d)


def pot_sliced_case(n, d, projections):
    import ot
    return gradient_of(lambda q, p: ot.sliced_wasserstein_distance(q, p, n_projections=projections), n, d)


def pythae_model(d):
    from pythae.models import WAE_MMD, WAE_MMD_Config
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder

    encode, decode = peer.mlp_networks(d)

    class Encoder(BaseEncoder):
        def __init__(self):
            super().__init__()
            self.layers = encode

        def forward(self, x):
            return ModelOutput(embedding=self.layers(x))

    class Decoder(BaseDecoder):
        def __init__(self):
            super().__init__()
            self.layers = decode

        def forward(self, z):
            return ModelOutput(reconstruction=self.layers(z))

    config = WAE_MMD_Config(input_dim=(784,), latent_dim=d, kernel_choice="imq", reg_weight=10, reconstruction_loss_scale=0.05)
    return WAE_MMD(config, encoder=Encoder(), decoder=Decoder())


def pythae_mmd_case(n, d):
    model = pythae_model(d)
    x = torch.zeros(n, 1)
    return gradient_of(lambda q, p: model.loss_function(x, x, q, p)[2], n, d)


def pythae_step_case(n, d):
    model = pythae_model(d)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = {"data": torch.rand(n, 784)}

    def step():
        optimizer.zero_grad(set_to_none=True)
        model(x).loss.backward()
        optimizer.step()

    return step


peer.CASES = {
    "geomloss": lambda r: geomloss_case(r["loss"], r["n"], r["d"], r["blur"]),
    "pot-sliced": lambda r: pot_sliced_case(r["n"], r["d"], r["projections"]),
    "pythae-mmd": lambda r: pythae_mmd_case(r["n"], r["d"]),
    "pythae-step": lambda r: pythae_step_case(r["n"], r["d"]),
}

if __name__ == "__main__":
    peer.main()
